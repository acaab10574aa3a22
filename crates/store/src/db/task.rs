//! A closure on its way to a database thread, and its answer on the way back.

use super::Writer;
use crate::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// Why a shared transaction was lost, and whether its tasks are each worth a try of their own.
pub(super) struct Lost {
    pub(super) error: Error,
    pub(super) try_alone: bool,
}

/// A piece of work whose answer is held until its transaction is committed.
pub(super) trait Task: Send {
    /// Does the work; `false` when it failed and nothing of it may be kept.
    fn run(&mut self, writer: &mut Writer<'_>) -> bool;
    /// Answers: with the result of the last run, or with `failure` when the transaction itself was lost.
    fn answer(self: Box<Self>, failure: Option<Error>);
}

pub(super) struct Answer<F, T, E> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Answer<F, T, E> {
    pub(super) fn new(work: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self { work, result: None, reply }
    }
}

impl<F, T, E> Task for Answer<F, T, E>
where
    F: FnMut(&mut Writer<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, writer: &mut Writer<'_>) -> bool {
        // A panic in one closure must not end the thread that all the others wait for.
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(writer)))
            .unwrap_or_else(|_| Err(Error::Database("a transaction panicked".into()).into()));
        let result = match (result, writer.failed.take()) {
            (Ok(_), Some(swallowed)) => Err(swallowed.into()),
            (result, _) => result,
        };
        let kept = result.is_ok();
        self.result = Some(result);
        kept
    }

    fn answer(self: Box<Self>, failure: Option<Error>) {
        let result = match (failure, self.result) {
            (Some(error), Some(Ok(_)) | None) => Err(error.into()),
            (None, None) => Err(Error::Database("a transaction was never run".into()).into()),
            (_, Some(result)) => result,
        };
        // The asking side may have gone away; the work is committed all the same.
        drop(self.reply.send(result));
    }
}

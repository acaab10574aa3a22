//! A place in a closure where a test holds it, so that nothing depends on who is faster.

use crate::home::PATIENCE;
use std::sync::mpsc::{self, Receiver, Sender};

/// The closure's end.
pub struct Stop<T> {
    reached: Sender<T>,
    go: Receiver<()>,
}

/// The test's end; lets the closure go on when dropped.
pub struct Held<T> {
    reached: Receiver<T>,
    _go: Sender<()>,
}

pub fn stop<T>() -> (Stop<T>, Held<T>) {
    let (reached, at_stop) = mpsc::channel();
    let (go, stay) = mpsc::channel();
    (Stop { reached, go: stay }, Held { reached: at_stop, _go: go })
}

impl<T> Stop<T> {
    /// Tells the test something and waits until it lets go; a closure that runs again passes by.
    pub fn hold(&self, tell: T) {
        if self.reached.send(tell).is_ok() {
            assert!(self.go.recv().is_err(), "a test lets go by dropping its end");
        }
    }
}

impl<T> Held<T> {
    /// What the closure told, once it is held.
    pub fn reached(&self) -> T {
        self.reached.recv_timeout(PATIENCE).unwrap()
    }
}

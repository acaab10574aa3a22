//! What waits, for how long, and whether anybody works on it.

use super::{Finding, Level};
use crate::Result;
use jiff::SignedDuration;
use model::Timestamp;
use store::{Reader, checks, deliveries, jobs, outbound};

/// Late: worth a word.
const LATE: SignedDuration = SignedDuration::from_secs(60);
/// So late that somebody should come.
const VERY_LATE: SignedDuration = SignedDuration::from_mins(15);
/// A process says every second or so that it is there.
const UNSEEN: SignedDuration = SignedDuration::from_secs(30);
/// One that was not heard for so long has been replaced.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn look(r: &mut Reader<'_>, now: Timestamp) -> Result<Vec<Finding>> {
    let (waiting, oldest) = deliveries::backlog(r)?;
    let out = outbound::backlog(r)?;
    let (jobs_waiting, jobs_failed) = jobs::counts(r)?;
    let mut all = vec![
        queue(
            "deliveries",
            waiting,
            oldest,
            now,
            "see that a process with the role inbound runs, and what its log says",
        ),
        queue(
            "sends",
            out.queued,
            out.oldest_due_at,
            now,
            "see that a process with the role sender runs, and which numbers are parked or at their limit",
        ),
        queue(
            "jobs",
            jobs_waiting,
            jobs::next_due(r)?,
            now,
            "see that a process with the role jobs runs, and what its log says",
        ),
    ];
    all.push(count(
        "deliveries set aside",
        checks::set_aside(r)?,
        "look at them under Settings, Deliveries; replay them once the cause is mended",
    ));
    all.push(count(
        "jobs given up",
        jobs_failed,
        "their reason is in the log; what they were for has to be done by hand",
    ));
    all.push(unknown(out.unknown, checks::undecided(r)?));
    all.extend(parked(r)?);
    all.extend(nodes(r, now)?);
    Ok(all)
}

fn queue(
    check: &'static str,
    many: u64,
    oldest: Option<Timestamp>,
    now: Timestamp,
    advice: &'static str,
) -> Finding {
    let late = oldest.map_or(SignedDuration::ZERO, |at| now.duration_since(at).max(SignedDuration::ZERO));
    let level = match late {
        late if late >= VERY_LATE => Level::Fail,
        late if late >= LATE => Level::Warn,
        _ => Level::Ok,
    };
    let says = match many {
        0 => "none wait".to_owned(),
        many => format!("{many} wait, the oldest is {} s late", late.as_secs()),
    };
    Finding::of(level, check, says, advice)
}

fn count(check: &'static str, many: u64, advice: &'static str) -> Finding {
    let level = if many > 0 { Level::Warn } else { Level::Ok };
    let says = if many > 0 { format!("{many}") } else { "none".to_owned() };
    Finding::of(level, check, says, advice)
}

fn unknown(all: u64, undecided: u64) -> Finding {
    let check = "outcome unknown";
    if undecided > 0 {
        let says = format!("{all} sends, of which {undecided} wait for a person");
        return Finding::warn(check, says, "decide in the conversations: it arrived, or send it again");
    }
    Finding::ok(
        check,
        if all > 0 { format!("{all} sends wait for news from Meta") } else { "none".to_owned() },
    )
}

fn parked(r: &mut Reader<'_>) -> Result<Vec<Finding>> {
    let parked = checks::parked(r)?;
    if parked.is_empty() {
        return Ok(vec![Finding::ok("phone numbers", "none is parked")]);
    }
    let each = parked.iter().map(|p| {
        let says = format!("{} is parked: {}", p.number, p.reason);
        Finding::warn(
            "phone numbers",
            says,
            "mend the cause, such as a token that ended; it goes on by itself",
        )
    });
    Ok(each.collect())
}

fn nodes(r: &mut Reader<'_>, now: Timestamp) -> Result<Vec<Finding>> {
    let mut all = Vec::new();
    for node in checks::nodes(r)? {
        let silent = now.duration_since(node.seen_at);
        if silent.abs() > FORGOTTEN {
            continue;
        }
        let level = if silent > UNSEEN { Level::Warn } else { Level::Ok };
        let says =
            format!("{} ({}, {}) was heard {} s ago", node.id, node.version, node.roles, silent.as_secs());
        all.push(Finding::of(
            level,
            "processes",
            says,
            "see whether it still runs; others have taken over what it did",
        ));
    }
    all.push(scheduler(r, now)?);
    Ok(all)
}

/// The one lease that is renewed all the time; others are held while there is something to do.
fn scheduler(r: &mut Reader<'_>, now: Timestamp) -> Result<Finding> {
    let leases = checks::leases(r)?;
    let held: Vec<&str> =
        leases.iter().filter(|(.., until)| *until > now).map(|(name, ..)| name.as_str()).collect();
    let left = leases.iter().find(|(name, _, until)| name == "scheduler" && *until <= now);
    Ok(match left {
        Some((_, node, until)) => Finding::warn(
            "leases",
            format!("{node} was the scheduler until {until} and ended without a word; nobody is now"),
            "start a process with the role scheduler: without one, nothing is cleared away",
        ),
        None if held.is_empty() => Finding::ok("leases", "none is held: no process is at work"),
        None => Finding::ok("leases", format!("held: {}", held.join(", "))),
    })
}

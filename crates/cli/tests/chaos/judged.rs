//! The judge finds what it is there for: each kind of harm, done on purpose to evidence that was sound.

use crate::{
    evidence::{Evidence, Kept, OnPhone, Unknowns},
    inbound::Brought,
    judge::judge,
    outbound::Enqueued,
    watch::Memory,
};

const STORY: [&str; 5] = ["queued", "accepted", "sent", "delivered", "read"];

fn inbound(person: usize, number: u32) -> Kept {
    Kept {
        conversation: format!("con_{person}"),
        inbound: true,
        text: format!("in {person}.{number}"),
        state: "received".into(),
        ..Kept::default()
    }
}

/// Two people; one wrote three messages of which two changed places; each got two.
fn sound() -> Evidence {
    let mut evidence = Evidence {
        brought: Brought { orders: vec![vec![1, 0, 2], vec![0]], ..Brought::default() },
        acknowledged: 5,
        written: vec!["greeting 0".into()],
        deliveries: [("done".to_owned(), 20)].into(),
        unknowns: vec![Unknowns { settled_by: "status".into(), sent_again: false, count: 3 }],
        ..Evidence::default()
    };
    let greeting = Kept { text: "greeting 0".into(), ..inbound(0, 0) };
    evidence.messages = vec![greeting, inbound(0, 1), inbound(1, 0), inbound(0, 0), inbound(0, 2)];
    for number in 0..4 {
        let (id, wa_id) = (format!("msg_{number}"), format!("1555000{}", number % 2));
        let story = STORY.map(str::to_owned).to_vec();
        evidence.enqueued.push(Enqueued {
            text: format!("out {number}"),
            id: id.clone(),
            wa_id: wa_id.clone(),
        });
        evidence.messages.push(Kept {
            id: id.clone(),
            text: format!("out {number}"),
            state: "read".into(),
            story,
            ..Kept::default()
        });
        evidence.phones.push(OnPhone { id, wa_id, state: "read".into() });
    }
    evidence
}

/// The kinds that are found after `harm` was done.
fn after(harm: impl FnOnce(&mut Evidence)) -> Vec<&'static str> {
    let mut evidence = sound();
    harm(&mut evidence);
    judge(&evidence).into_iter().map(|violation| violation.kind).collect()
}

#[test]
fn sound_evidence_is_not_blamed() {
    assert_eq!(judge(&sound()), []);
}

#[test]
fn what_came_in_and_is_lost_doubled_swapped_or_forged_is_found() {
    assert_eq!(after(|e| drop(e.messages.remove(2))), ["inbound lost"]);
    assert_eq!(after(|e| drop(e.messages.remove(0))), ["inbound lost"]);
    assert_eq!(after(|e| e.messages.push(inbound(1, 0))), ["inbound twice"]);
    assert_eq!(after(|e| e.messages.swap(1, 3)), ["inbound order"]);
    assert_eq!(after(|e| e.messages[4].conversation = "con_9".into()), ["one contact in two conversations"]);
    assert_eq!(after(|e| e.messages.push(inbound(1, 7))), ["inbound from nowhere"]);
    let forged = Kept { text: "forged 3".into(), ..inbound(0, 0) };
    assert_eq!(after(|e| e.messages.push(forged)), ["forged accepted"]);
    assert_eq!(after(|e| e.brought.forged_taken.push("forged 3".into())), ["forged accepted"]);
    assert_eq!(after(|e| e.brought.refused.push("in 0.2: 401".into())), ["genuine webhook refused"]);
}

#[test]
fn deliveries_that_are_lost_or_stuck_are_found() {
    assert_eq!(after(|e| e.acknowledged = 21), ["delivery lost"]);
    assert_eq!(after(|e| e.deliveries.extend([("failed".into(), 1)])), ["delivery not handled"]);
    assert_eq!(after(|e| e.deliveries.extend([("pending".into(), 1)])), ["delivery not handled"]);
}

#[test]
fn what_went_out_and_is_lost_doubled_or_swapped_is_found() {
    assert_eq!(after(|e| drop(e.phones.remove(1))), ["outbound lost"]);
    assert_eq!(after(|e| e.phones.push(e.phones[1].clone())), ["twice on a phone"]);
    assert_eq!(after(|e| e.phones.swap(0, 2)), ["outbound order"]);
    assert_eq!(after(|e| e.phones[0].wa_id = "1".into()), ["on a phone without having been asked for"]);
    assert_eq!(after(|e| e.refused.push("out 9: 422".into())), ["send refused"]);
    assert_eq!(after(|e| e.messages[5].text = "other".into()), ["outbound row lost"]);
    assert_eq!(
        after(|e| e.messages.push(Kept { id: "msg_9".into(), ..e.messages[5].clone() })),
        ["outbound row twice"]
    );
}

#[test]
fn states_that_differ_or_went_back_are_found() {
    let back = after(|e| e.messages[5].state = "sent".into());
    assert_eq!(back, ["state differs", "status backwards"]);
    assert_eq!(after(|e| e.messages[5].story.push("read".into())), ["status applied twice"]);
    assert_eq!(after(|e| e.seen.backwards.push("msg_0".into())), ["status backwards"]);
    // Late statuses are written down late; that is no step back.
    assert_eq!(after(|e| e.messages[5].story.swap(2, 4)), [""; 0]);
    let mut memory = Memory::default();
    for state in ["queued", "sent", "sent", "read", "delivered"] {
        memory.look("msg_0", state);
    }
    assert_eq!(memory.seen.backwards, ["msg_0 was at 4 of 4 and is delivered"]);
}

#[test]
fn unknown_outcomes_that_nobody_settled_are_found() {
    let left = |settled_by: &str| Unknowns { settled_by: settled_by.into(), sent_again: true, count: 1 };
    for by in ["open", "person"] {
        assert_eq!(after(|e| e.unknowns.push(left(by))), ["unknown outcome left to people"]);
    }
    assert_eq!(after(|e| e.unknowns.push(left("answer"))), [""; 0]);
}

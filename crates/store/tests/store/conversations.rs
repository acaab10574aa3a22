use crate::{
    home::TestDb,
    shop::{Shop, at, phone},
};
use model::{
    conversation::{
        AssigneeFilter, Conversation, ConversationCounts, ConversationFilter, ConversationState,
        ServiceWindow,
    },
    id::{ContactId, ConversationId, MessageId, PhoneNumberId, UserId},
    message::{Direction, Message},
    page::PageRequest,
    phone_number::PhoneNumber,
};
use serde_json::json;
use store::{
    contacts,
    conversations::{self, Thread},
    messages, phone_numbers,
};

on_both! {
    a_number_and_a_contact_have_one_conversation
    a_new_conversation_is_open_and_empty
    a_contacts_message_opens_the_window_and_moves_the_conversation_up
    the_newest_message_and_the_unread_count_leave_reactions_out
    reading_marks_everything_up_to_the_newest_message
    conversations_are_listed_page_by_page_by_their_newest_message
    conversations_are_filtered_by_state_assignee_number_contact_and_text
    open_conversations_are_counted_by_who_has_them
    another_organizations_conversation_is_not_found
}

async fn get(db: &TestDb, shop: Shop, id: ConversationId) -> Conversation {
    db.read(move |r| conversations::get(r, shop.org, id)).await.unwrap()
}

async fn add_message(db: &TestDb, shop: Shop, message: Message) {
    assert!(db.write(move |w| messages::insert(w, shop.org, &message)).await);
}

/// Conversation `k` with contact `k`, whose newest message is from second `last`.
async fn open(db: &TestDb, shop: Shop, k: u128, name: &str, last: i64) -> ConversationId {
    let (id, contact, name) = (ConversationId(shop.id(k)), ContactId(shop.id(k)), name.to_owned());
    db.write(move |w| {
        let mut made = contacts::insert(w, shop.org, contact, &name, "profile", at(0))?;
        contacts::learn(w, shop.org, &mut made, &[phone(&format!("3461{k}"))], at(0))?;
        conversations::open_thread(w, shop.org, shop.phone_number, contact, id, at(last)).map(|t| t.id)
    })
    .await
}

async fn list(db: &TestDb, shop: Shop, filter: ConversationFilter) -> Vec<ConversationId> {
    let all = db.walk(2, move |r, page| conversations::list(r, shop.org, &filter, page)).await;
    all.into_iter().map(|c| c.id).collect()
}

async fn a_number_and_a_contact_have_one_conversation(db: TestDb) {
    let shop = db.shop(1).await;
    let again = db
        .write(move |w| {
            let new = ConversationId(shop.id(9));
            conversations::open_thread(w, shop.org, shop.phone_number, shop.contact, new, at(9))
        })
        .await;
    assert_eq!(again, shop.thread());
    let found = db.read(move |r| conversations::thread_by_id(r, shop.org, shop.conversation)).await;
    assert_eq!(found, Some(shop.thread()));
    let new = db.read(move |r| conversations::thread_by_id(r, shop.org, ConversationId(shop.id(9)))).await;
    assert_eq!(new, None);

    let id = PhoneNumberId(shop.id(5));
    let second = PhoneNumber { phone_number_id: "601".into(), id, ..shop.sending_number() };
    let other = db
        .write(move |w| {
            phone_numbers::insert(w, &second, "token")?;
            conversations::open_thread(w, shop.org, id, shop.contact, ConversationId(shop.id(9)), at(9))
        })
        .await;
    assert_eq!((other.id, other.phone_number_id), (ConversationId(shop.id(9)), id));
    let number = ConversationFilter { phone_number: Some(id), ..ConversationFilter::default() };
    assert_eq!(list(&db, shop, number).await, [other.id]);
}

async fn a_new_conversation_is_open_and_empty(db: TestDb) {
    let shop = db.shop(1).await;
    let conversation = get(&db, shop, shop.conversation).await;
    assert_eq!(conversation.state, ConversationState::Open);
    assert_eq!(
        conversation.contact,
        db.read(move |r| contacts::get(r, shop.org, shop.contact)).await.unwrap()
    );
    assert_eq!(conversation.phone_number.id, shop.phone_number);
    assert_eq!(conversation.phone_number.display_phone_number, "+1 555-010-0001");
    assert_eq!(conversation.phone_number.verified_name, "Lucky Shrub");
    assert_eq!((conversation.assignee, conversation.last_message), (None, None));
    assert_eq!((conversation.unread_count, conversation.window), (0, ServiceWindow::default()));
    assert_eq!((conversation.created_at, conversation.last_message_at), (at(0), at(0)));
}

async fn a_contacts_message_opens_the_window_and_moves_the_conversation_up(db: TestDb) {
    let shop = db.shop(1).await;
    let resolved = ConversationState::Resolved;
    assert!(db.write(move |w| conversations::set_state(w, shop.org, shop.conversation, resolved)).await);
    assert_eq!(get(&db, shop, shop.conversation).await.state, resolved);

    let window = ServiceWindow::default().opened_by(at(100));
    let thread = Thread { state: resolved.after_inbound(), window, ..shop.thread() };
    db.write(move |w| conversations::contact_wrote(w, shop.org, &thread, at(100))).await;
    let conversation = get(&db, shop, shop.conversation).await;
    assert_eq!((conversation.state, conversation.window), (ConversationState::Open, window));
    assert_eq!(conversation.last_message_at, at(100));
    let found = db.read(move |r| conversations::thread_by_id(r, shop.org, shop.conversation)).await;
    assert_eq!(found, Some(thread));

    db.write(move |w| conversations::we_wrote(w, shop.org, shop.conversation, at(200))).await;
    let conversation = get(&db, shop, shop.conversation).await;
    assert_eq!((conversation.last_message_at, conversation.window), (at(200), window));
}

async fn the_newest_message_and_the_unread_count_leave_reactions_out(db: TestDb) {
    let shop = db.shop(1).await;
    for k in 1..=2 {
        add_message(&db, shop, shop.inbound(k)).await;
    }
    let reaction = json!({"type": "reaction", "reaction": {"emoji": "👍"}});
    add_message(&db, shop, Message { kind: "reaction".into(), content: reaction, ..shop.inbound(3) }).await;
    let conversation = get(&db, shop, shop.conversation).await;
    assert_eq!(conversation.unread_count, 2);
    let last = conversation.last_message.unwrap();
    assert_eq!((last.id, last.direction), (MessageId(shop.id(2)), Direction::Inbound));
    assert_eq!((last.preview.as_str(), last.kind.as_str()), ("hello 2", "text"));
    assert_eq!((last.cause_kind.as_str(), last.author_name), ("delivery", None));
    assert_eq!((last.state, last.created_at), (shop.inbound(2).state, at(2)));

    add_message(&db, shop, shop.outbound(4)).await;
    let conversation = get(&db, shop, shop.conversation).await;
    assert_eq!(conversation.unread_count, 2, "our own messages are not unread");
    let last = conversation.last_message.unwrap();
    assert_eq!((last.cause_kind.as_str(), last.author_name.as_deref()), ("agent", Some("Eva")));
}

async fn reading_marks_everything_up_to_the_newest_message(db: TestDb) {
    let shop = db.shop(1).await;
    let mark = move |w: &mut store::Writer<'_>| conversations::mark_read(w, shop.org, shop.conversation);
    assert_eq!(db.write(mark).await, None, "there is nothing to read");
    for message in [shop.inbound(1), shop.inbound(2), shop.outbound(3)] {
        add_message(&db, shop, message).await;
    }
    assert_eq!(db.write(mark).await, Some(MessageId(shop.id(2))));
    assert_eq!(get(&db, shop, shop.conversation).await.unread_count, 0);
    assert_eq!(db.write(mark).await, None, "it is read already");
    add_message(&db, shop, shop.inbound(4)).await;
    assert_eq!(get(&db, shop, shop.conversation).await.unread_count, 1);
    assert_eq!(db.write(mark).await, Some(MessageId(shop.id(4))));
}

async fn conversations_are_listed_page_by_page_by_their_newest_message(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    // Equal moments, so that the id has to decide.
    for (k, last) in [(1, 30), (2, 10), (3, 30), (4, 20), (5, 30)] {
        open(&db, shop, k, "Bea", last).await;
    }
    let expected: Vec<_> = [5, 3, 1, 4, 2, 0].map(|k| ConversationId(shop.id(k))).into();
    for limit in 1..=7 {
        let all = db
            .walk(limit, move |r, page| {
                conversations::list(r, shop.org, &ConversationFilter::default(), page)
            })
            .await;
        assert_eq!(all.iter().map(|c| c.id).collect::<Vec<_>>(), expected);
        assert!(all.iter().all(|c| c.contact.identities.len() == 1));
    }
    assert_eq!(list(&db, other, ConversationFilter::default()).await, [other.conversation]);
    // A cursor that nobody gave out is the beginning.
    let odd = PageRequest { limit: 9, after: Some("nonsense".into()) };
    let page = db.read(move |r| conversations::list(r, shop.org, &ConversationFilter::default(), &odd)).await;
    assert_eq!(page.data.len(), 6);
}

async fn conversations_are_filtered_by_state_assignee_number_contact_and_text(db: TestDb) {
    let shop = db.shop(1).await;
    let bea = open(&db, shop, 1, "Bea 100%", 10).await;
    let carl = open(&db, shop, 2, "Carl", 20).await;
    let all = ConversationFilter::default;
    db.write(move |w| {
        conversations::set_state(w, shop.org, bea, ConversationState::Pending)?;
        conversations::assign(w, shop.org, carl, Some(shop.user))
    })
    .await;
    let state = |s| ConversationFilter { state: Some(s), ..all() };
    assert_eq!(list(&db, shop, state(ConversationState::Pending)).await, [bea]);
    assert_eq!(list(&db, shop, state(ConversationState::Open)).await, [carl, shop.conversation]);
    assert_eq!(list(&db, shop, state(ConversationState::Snoozed)).await, []);

    let assignee = |a| ConversationFilter { assignee: Some(a), ..all() };
    assert_eq!(list(&db, shop, assignee(AssigneeFilter::User(shop.user))).await, [carl]);
    assert_eq!(list(&db, shop, assignee(AssigneeFilter::User(UserId(shop.id(8))))).await, []);
    assert_eq!(list(&db, shop, assignee(AssigneeFilter::Nobody)).await, [bea, shop.conversation]);

    let number = |p| ConversationFilter { phone_number: Some(p), ..all() };
    assert_eq!(list(&db, shop, number(shop.phone_number)).await, [carl, bea, shop.conversation]);
    assert_eq!(list(&db, shop, number(PhoneNumberId(shop.id(8)))).await, []);
    let contact = ConversationFilter { contact: Some(ContactId(shop.id(1))), ..all() };
    assert_eq!(list(&db, shop, contact).await, [bea]);

    let search = |text: &str| ConversationFilter { search: Some(text.into()), ..all() };
    assert_eq!(list(&db, shop, search("CARL")).await, [carl]);
    assert_eq!(list(&db, shop, search("%")).await, [bea]);
    assert_eq!(list(&db, shop, search("_")).await, []);
    assert_eq!(list(&db, shop, search("+34612")).await, [carl]);
    let both = ConversationFilter { state: Some(ConversationState::Open), ..search("e") };
    assert_eq!(list(&db, shop, both).await, [], "every condition must hold");
}

async fn open_conversations_are_counted_by_who_has_them(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    for k in 1..=4 {
        open(&db, shop, k, "Bea", 10).await;
    }
    db.write(move |w| {
        conversations::assign(w, shop.org, ConversationId(shop.id(1)), Some(shop.user))?;
        conversations::assign(w, shop.org, ConversationId(shop.id(2)), Some(UserId(shop.id(7))))?;
        conversations::set_state(w, shop.org, ConversationId(shop.id(3)), ConversationState::Resolved)
    })
    .await;
    let counts = db.read(move |r| conversations::counts(r, shop.org, Some(shop.user))).await;
    assert_eq!(counts, ConversationCounts { mine: 1, unassigned: 2, all: 4 });
    let nobodys = db.read(move |r| conversations::counts(r, shop.org, None)).await;
    assert_eq!(nobodys, ConversationCounts { mine: 0, unassigned: 2, all: 4 });
    let theirs = db.read(move |r| conversations::counts(r, other.org, Some(other.user))).await;
    assert_eq!(theirs, ConversationCounts { mine: 0, unassigned: 1, all: 1 });

    let assignee = get(&db, shop, ConversationId(shop.id(1))).await.assignee.unwrap();
    assert_eq!((assignee.id, assignee.name.as_str()), (shop.user, "Eva"));
    assert!(db.write(move |w| conversations::assign(w, shop.org, ConversationId(shop.id(1)), None)).await);
    assert_eq!(get(&db, shop, ConversationId(shop.id(1))).await.assignee, None);
}

async fn another_organizations_conversation_is_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    add_message(&db, ours, ours.inbound(1)).await;
    let before = get(&db, ours, ours.conversation).await;
    let (org, id) = (theirs.org, ours.conversation);
    assert_eq!(db.read(move |r| conversations::get(r, org, id)).await, None);
    assert_eq!(db.read(move |r| conversations::thread_by_id(r, org, id)).await, None);
    assert!(!db.write(move |w| conversations::set_state(w, org, id, ConversationState::Resolved)).await);
    assert!(!db.write(move |w| conversations::assign(w, org, id, Some(theirs.user))).await);
    assert_eq!(db.write(move |w| conversations::mark_read(w, org, id)).await, None);
    db.write(move |w| conversations::we_wrote(w, org, id, at(99))).await;
    let thread = Thread { window: ServiceWindow::default().opened_by(at(99)), ..ours.thread() };
    db.write(move |w| conversations::contact_wrote(w, org, &thread, at(99))).await;
    assert_eq!(get(&db, ours, id).await, before);
    for filter in [
        ConversationFilter { phone_number: Some(ours.phone_number), ..ConversationFilter::default() },
        ConversationFilter { contact: Some(ours.contact), ..ConversationFilter::default() },
    ] {
        assert_eq!(list(&db, theirs, filter).await, []);
    }
    // A pair that another organization has can't be opened a second time.
    let stolen = db
        .try_write(move |w| {
            conversations::open_thread(
                w,
                org,
                ours.phone_number,
                ours.contact,
                ConversationId(theirs.id(9)),
                at(9),
            )
        })
        .await;
    assert!(stolen.is_err());
}

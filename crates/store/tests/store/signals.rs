use crate::home::TestDb;
use std::time::Duration;

/// The next word, or what became of waiting for it.
async fn heard(line: &mut store::Line) -> Option<String> {
    tokio::time::timeout(Duration::from_secs(30), line.hear()).await.expect("a word comes, or the line ends")
}

#[tokio::test]
async fn what_one_process_says_another_hears() {
    let Some(db) = TestDb::postgres() else { return };
    let signals = db.db.signals().unwrap();
    let (one, mut other) = (signals.open().await.unwrap(), signals.open().await.unwrap());
    for word in ["inbound events", "it's nothing", ""] {
        one.say(word).await.unwrap();
        assert_eq!(heard(&mut other).await.as_deref(), Some(word));
    }
}

#[tokio::test]
async fn another_database_of_the_server_hears_nothing() {
    let (Some(db), Some(elsewhere)) = (TestDb::postgres(), TestDb::postgres()) else { return };
    let mut line = db.db.signals().unwrap().open().await.unwrap();
    elsewhere.db.signals().unwrap().open().await.unwrap().say("theirs").await.unwrap();
    line.say("ours").await.unwrap();
    assert_eq!(heard(&mut line).await.as_deref(), Some("ours"));
}

#[tokio::test]
async fn a_line_that_was_cut_says_so_and_a_new_one_can_be_opened() {
    let Some(db) = TestDb::postgres() else { return };
    let signals = db.db.signals().unwrap();
    let mut line = signals.open().await.unwrap();
    let raw = db.raw_postgres().await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    assert_eq!(raw.query(cut, &[]).await.unwrap().len(), 1);
    assert_eq!(heard(&mut line).await, None);
    assert!(line.say("hello").await.is_err());
    let mut line = signals.open().await.unwrap();
    line.say("again").await.unwrap();
    assert_eq!(heard(&mut line).await.as_deref(), Some("again"));
}

#[tokio::test]
async fn a_file_has_nobody_to_talk_to() {
    assert!(TestDb::sqlite().db.signals().is_none());
}

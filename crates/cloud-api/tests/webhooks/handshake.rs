//! Webhooks go only to an address that knows the token.

use cloud_api::webhook::challenge;

#[test]
fn the_challenge_is_given_back_to_who_knows_the_token() {
    let query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=s%C3%AD+y+no";
    assert_eq!(challenge(query, "sí y no").as_deref(), Some("1158201444"));
    assert_eq!(
        challenge("hub.challenge=a%26b&hub.verify_token=t&hub.mode=subscribe", "t").as_deref(),
        Some("a&b")
    );
}

#[test]
fn nobody_else_gets_an_answer() {
    for query in [
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=other",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=toke",
        "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=token",
        "hub.challenge=1&hub.verify_token=token",
        "hub.mode=subscribe&hub.challenge=1",
        "hub.mode=subscribe&hub.verify_token=token",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=no&hub.verify_token=token",
        "",
        "%%%&&==\u{0}",
    ] {
        assert_eq!(challenge(query, "token"), None, "{query}");
    }
    // A token that was never set lets nobody in.
    assert_eq!(challenge("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", ""), None);
}

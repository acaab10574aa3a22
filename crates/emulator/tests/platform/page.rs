//! The phones page: served whole from the binary, without outside resources.

use crate::desk::*;

#[tokio::test]
async fn the_page_brings_all_it_needs() {
    let desk = Desk::new().await;
    let desk = &desk;
    let fetch = |path: String| async move {
        let response = desk.http.get(format!("{}{path}", desk.base)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert!(
            response.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'")
        );
        (response.headers()["content-type"].to_str().unwrap().to_owned(), response.text().await.unwrap())
    };
    let (kind, page) = fetch("/".to_owned()).await;
    assert_eq!(kind, "text/html; charset=utf-8");
    assert_eq!(fetch("/phones".to_owned()).await.1, page);
    assert!(!page.contains("https://"));
    let (kind, script) = fetch("/_phones/app.js".to_owned()).await;
    assert_eq!(kind, "text/javascript; charset=utf-8");
    let imported = script.lines().filter(|l| l.starts_with("import")).filter_map(|l| l.split('"').nth(1));
    for module in imported {
        fetch(format!("/_phones/{}", module.trim_start_matches("./"))).await;
    }
    assert_eq!(fetch("/_phones/phones.css".to_owned()).await.0, "text/css; charset=utf-8");
}

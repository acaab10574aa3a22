//! The web app's files and the pages beside it.

use crate::Http;

#[tokio::test]
async fn screens_are_pages_and_missing_files_are_not() {
    let http = Http::new().await;
    let door = http.door.nobody();
    for path in ["/", "/inbox", "/inbox/cnv_1", "/docs/api"] {
        let answer = door.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'self'"), "{path}");
    }
    door.get("/assets/gone.js").await.problem(404, "not-found", None);
    door.get("/../Cargo.toml").await.problem(404, "not-found", None);
}

#[tokio::test]
async fn every_problem_has_its_page() {
    let http = Http::new().await;
    for kind in server::ProblemKind::ALL {
        let page = http.door.nobody().get(&format!("/docs/problems/{}", kind.slug())).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains(kind.slug()));
    }
    http.door.get("/docs/problems/unknown").await.problem(404, "not-found", None);
}

use bytes::Bytes;
use cloud_api::client::uploads::{UploadFile, UploadSession};
use cloud_api::error::Error;
use serde_json::json;

use crate::server::Graph;

const ID: &str = "upload:MTphdHRhY2htZW50OjE=?sig=ARZqkGCA_uQMxC8nHKI";

fn picture() -> UploadFile {
    let bytes = Bytes::from_static(b"0123456789");
    UploadFile { name: "me.png".into(), mime_type: "image/png".into(), bytes }
}

#[tokio::test]
async fn an_upload_is_begun_and_sent_under_its_signed_id() {
    let graph = Graph::start().await;
    graph.plays(200, json!({"id": ID}));
    graph.plays(200, json!({"h": "4::aW1hZ2UvanBlZw==:ARa"}));
    let handle = graph.client.upload_file("634", &picture()).await.unwrap();
    assert_eq!(handle, "4::aW1hZ2UvanBlZw==:ARa");
    let seen = graph.seen();
    assert_eq!(seen[0].line, "POST /v25.0/634/uploads?file_name=me.png&file_length=10&file_type=image/png");
    assert_eq!(seen[1].line, format!("POST /v25.0/{ID}"));
    assert_eq!(seen[1].header("authorization"), Some("OAuth a-very-secret-token"));
    assert_eq!((seen[1].header("file_offset"), &seen[1].body[..]), (Some("0"), &b"0123456789"[..]));
}

#[tokio::test]
async fn an_upload_goes_on_where_it_broke_off() {
    let graph = Graph::start().await;
    let session = UploadSession::new(ID);
    assert!(!format!("{session:?}").contains("sig"));
    graph.plays(200, json!({"id": ID, "file_offset": 4}));
    let offset = graph.client.upload_offset(&session).await.unwrap();
    assert_eq!((offset, graph.last().line), (4, format!("GET /v25.0/{ID}")));
    graph.plays(200, json!({"h": "4::x"}));
    graph.client.upload_from(&session, &picture().bytes, offset).await.unwrap();
    let seen = graph.last();
    assert_eq!((seen.header("file_offset"), &seen.body[..]), (Some("4"), &b"456789"[..]));
    let beyond = graph.client.upload_from(&session, &picture().bytes, 11).await.unwrap_err();
    assert!(matches!(beyond, Error::Invalid(_)));
}

#[tokio::test]
async fn a_refused_upload_isnt_taken_up_again() {
    let graph = Graph::start().await;
    graph.plays(200, json!({"id": ID}));
    graph.plays(400, json!({"error": {"message": "bad file", "code": 100}}));
    assert_eq!(graph.client.upload_file("634", &picture()).await.unwrap_err().graph().unwrap().code, 100);
    assert_eq!(graph.seen().len(), 2);
}

pub mod broken {
    //! A server that hangs up in the middle.

    use super::*;
    use cloud_api::client::{Client, Config};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    async fn request(stream: &mut TcpStream) -> String {
        let mut text = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let n = stream.read(&mut buffer).await.unwrap();
            text.extend_from_slice(&buffer[..n]);
            let text = String::from_utf8_lossy(&text);
            let length = text
                .to_lowercase()
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok());
            if let Some((_, body)) = text.split_once("\r\n\r\n")
                && body.len() >= length.unwrap_or(0)
            {
                return text.into_owned();
            }
        }
    }

    /// Answers `Some`, hangs up on `None`, one connection each; gives the client and the requests as they came.
    pub async fn serve(answers: Vec<Option<&'static str>>) -> (Client, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let requests = tokio::spawn(async move {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                requests.push(request(&mut stream).await);
                if let Some(body) = answer {
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
                }
            }
            requests
        });
        (Client::new(Config { base_url, ..Config::new("token") }).unwrap(), requests)
    }

    #[tokio::test]
    async fn the_whole_upload_resumes_by_itself() {
        let (client, requests) = serve(vec![
            Some(r#"{"id":"upload:A"}"#),
            None,
            Some(r#"{"id":"upload:A","file_offset":6}"#),
            None,
            None,
            Some(r#"{"h":"4::done"}"#),
        ])
        .await;
        assert_eq!(client.upload_file("634", &picture()).await.unwrap(), "4::done");
        let requests = requests.await.unwrap();
        let ends: Vec<&str> = requests.iter().map(|text| text.rsplit("\r\n\r\n").next().unwrap()).collect();
        // The second question was lost as well, so the last attempt begins where the one before did.
        assert_eq!(ends, ["", "0123456789", "", "6789", "", "6789"]);
    }

    #[tokio::test]
    async fn an_upload_without_progress_ends() {
        let mut answers = vec![Some(r#"{"id":"upload:A"}"#)];
        for _ in 0..3 {
            answers.extend([None, Some(r#"{"file_offset":0}"#)]);
        }
        answers.push(None);
        let (client, requests) = serve(answers).await;
        assert!(matches!(client.upload_file("634", &picture()).await.unwrap_err(), Error::Unknown(_)));
        assert_eq!(requests.await.unwrap().len(), 8);
    }
}

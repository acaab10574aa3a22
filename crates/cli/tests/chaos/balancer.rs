//! A load balancer before the nodes: one address, whichever of them live. Connections to a node that dies are cut.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub struct Balancer {
    pub url: String,
    task: JoinHandle<()>,
}

impl Balancer {
    /// Listens, and passes every connection to the next node that takes it.
    pub async fn before(ports: Vec<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (ports, next) = (Arc::new(ports), Arc::new(AtomicUsize::new(0)));
        let task = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { continue };
                tokio::spawn(pass_on(client, Arc::clone(&ports), next.fetch_add(1, Ordering::Relaxed)));
            }
        });
        Self { url, task }
    }
}

async fn pass_on(mut client: TcpStream, ports: Arc<Vec<u16>>, first: usize) {
    for offset in 0..ports.len() {
        let port = ports[(first + offset) % ports.len()];
        if let Ok(mut node) = TcpStream::connect(("127.0.0.1", port)).await {
            // Small requests and answers must not wait for one another.
            drop((client.set_nodelay(true), node.set_nodelay(true)));
            drop(copy_bidirectional(&mut client, &mut node).await);
            return;
        }
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

//! More nodes on a world's database.

use crate::World;
use app::{App, Roles, Running};

/// Another process of Waypost, as far as the database and the other nodes can tell.
#[derive(Debug)]
pub struct Node {
    /// The product, as this node sees it.
    pub app: App,
    running: Running,
}

impl World {
    /// Starts another node with these roles. On PostgreSQL only: a SQLite file belongs to one process.
    ///
    /// # Panics
    /// When it can't be started.
    pub async fn another_node(&self, roles: Roles) -> Node {
        let app = App::open(self.settings.clone(), self.ambient.clone()).await.expect("another node opens");
        let running = app.start(roles);
        Node { app, running }
    }
}

impl Node {
    /// Ends it the graceful way.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// Ends it as `kill -9` would: what it holds stays held until it runs out.
    pub fn die(self) {
        drop(self.running);
    }
}

//! `waypost serve`: the product.

use crate::{
    ambient::{SystemTime, ambient, ids},
    config::Serve,
    serving::{Ending, listen, local_url},
    telemetry::Traces,
};
use anyhow::Context;
use app::App;
use server::Server;
use std::{pin::pin, time::Duration};

/// Opens the database, which also brings it up to date, starts the roles, and answers until asked to end.
pub(crate) async fn run(options: Serve) -> anyhow::Result<()> {
    let traces = options.begin_telling()?;
    let served = serve(&options, traces.is_some()).await;
    if let Some(traces) = traces {
        traces.end().await;
    }
    served
}

async fn serve(options: &Serve, traced: bool) -> anyhow::Result<()> {
    let settings = options.settings()?;
    options.prepare(&settings)?;
    let app = App::open(settings, ambient(&SystemTime::default())).await.context("failed to open Waypost")?;
    let ending = Ending::on_signal(Duration::from_secs(options.unready_for + options.stop_within))?;
    let roles = options.roles();
    if !roles.http {
        let running = app.start(roles);
        println!("ready");
        ending.wait().await;
        running.stop().await;
        tracing::info!("stopped");
        return Ok(());
    }
    let (listener, address) = listen(options.listen).await?;
    let public_url = match &options.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => local_url(address),
    };
    let unready_for = Duration::from_secs(options.unready_for);
    let server = server::Options { public_url: public_url.clone(), ids: ids() };
    let mut server = Server::new(app.clone(), server).unready_for(unready_for);
    if traced {
        server = server.traced(Traces::adopt);
    }
    // After the server, which has made ready what counters are kept in.
    let mut running = app.start(roles);
    println!("ready {}", local_url(address));
    if app.setup_needed().await? {
        println!("set up the first admin at {public_url}/setup?token={}", app.setup_token());
    }
    tracing::info!(%address, %public_url, "serving");
    let mut serving = pin!(server.serve(listener, ending.wait()));
    // Other nodes take the work on while requests that still come are answered here.
    let served = tokio::select! {
        served = &mut serving => served,
        () = async { ending.wait().await; running.hand_over().await } => serving.await,
    };
    running.stop().await;
    tracing::info!("stopped");
    served.context("failed to serve")
}

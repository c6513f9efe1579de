//! A real `nats-server` with file storage, asked for the same.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use async_nats::jetstream::consumer::pull;
use async_nats::jetstream::{self, Context};
use futures_util::StreamExt;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::{BODY_BYTES, now, say};

/// How many messages a figure is taken over when the server syncs each.
const MESSAGES_SYNCED: usize = 10_000;
/// How many messages a figure is taken over when it does not.
const MESSAGES_UNSYNCED: usize = 50_000;

/// A server of its own that ends with the comparison.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Takes the figures, if there is a server; versions before 2.10 cannot sync each message.
pub(crate) fn compare(runtime: &Runtime, folder: &Path, sync_always: bool) {
    let tell = |name: &str, figure: f64| say(format_args!("{name:<44} {figure:>12.1}"));
    fs_err::create_dir_all(folder).unwrap();
    let sync = if sync_always {
        "sync_interval: always"
    } else {
        ""
    };
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let config = format!(
        "listen: 127.0.0.1:{port}\njetstream {{ store_dir: \"{}\"\n{sync} }}\n",
        folder.join("store").display()
    );
    fs_err::write(folder.join("nats.conf"), config).unwrap();
    let spawned = Command::new("nats-server")
        .arg("-c")
        .arg(folder.join("nats.conf"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(child) = spawned else {
        say("  no nats-server is installed: nothing is compared");
        return;
    };
    let mut server = Server(child);
    let how = if sync_always { "synced" } else { "unsynced" };
    runtime.block_on(async {
        let options = async_nats::ConnectOptions::new().retry_on_initial_connect();
        let client = options.connect(format!("127.0.0.1:{port}")).await.unwrap();
        let connected = tokio::time::timeout(Duration::from_secs(5), client.flush()).await;
        if connected.is_err() || server.0.try_wait().unwrap().is_some() {
            say(format_args!("  this nats-server does not take {sync:?}"));
            return;
        }
        let context = jetstream::new(client);
        let stream = jetstream::stream::Config {
            name: "LOAD".to_owned(),
            subjects: vec!["load.>".into()],
            ..Default::default()
        };
        context.create_stream(stream).await.unwrap();
        let messages = if sync_always {
            MESSAGES_SYNCED
        } else {
            MESSAGES_UNSYNCED
        };
        for publishers in [1, 64, 512] {
            let rate = publish(&context, publishers, messages).await;
            tell(&format!("nats_{how}_publish_{publishers}_per_second"), rate);
        }
        let rate = through(&context, messages).await;
        tell(&format!("nats_{how}_publish_and_consume_per_second"), rate);
    });
}

async fn publish(context: &Context, publishers: usize, messages: usize) -> f64 {
    let each = messages / publishers;
    let started = now();
    let mut tasks = start(context, publishers, each);
    while tasks.join_next().await.is_some() {}
    (each * publishers) as f64 / started.elapsed().as_secs_f64()
}

fn start(context: &Context, publishers: usize, each: usize) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for _ in 0..publishers {
        let context = context.clone();
        tasks.spawn(async move {
            for _ in 0..each {
                let body = vec![b'x'; BODY_BYTES];
                let sent = context.publish("load.noted", body.into()).await.unwrap();
                sent.await.unwrap();
            }
        });
    }
    tasks
}

async fn through(context: &Context, messages: usize) -> f64 {
    let stream = context.get_stream("LOAD").await.unwrap();
    let config = pull::Config {
        durable_name: Some("fast".to_owned()),
        deliver_policy: jetstream::consumer::DeliverPolicy::New,
        max_ack_pending: 10_000,
        ..Default::default()
    };
    let consumer = stream.create_consumer(config).await.unwrap();
    let started = now();
    let each = messages / 64;
    let mut tasks = start(context, 64, each);
    let mut incoming = consumer.messages().await.unwrap();
    for _ in 0..each * 64 {
        let message = incoming.next().await.unwrap().unwrap();
        message.ack().await.unwrap();
    }
    while tasks.join_next().await.is_some() {}
    (each * 64) as f64 / started.elapsed().as_secs_f64()
}

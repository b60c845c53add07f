//! A proxy for HTTPS: it opens tunnels to where its table leads, and remembers what it was asked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A running proxy.
pub(in crate::process) struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    _server: JoinSet<()>,
}

impl Proxy {
    /// A proxy that knows these hosts; others it refuses.
    pub(in crate::process) async fn start(hosts: &[(&str, SocketAddr)]) -> Self {
        let known = hosts.iter().map(|(host, address)| ((*host).to_owned(), *address));
        let known: Arc<BTreeMap<_, _>> = Arc::new(known.collect());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = asked.clone();
        let mut server = JoinSet::new();
        server.spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(tunnel(client, known.clone(), log.clone()));
            }
        });
        Self { address, asked, _server: server }
    }

    /// Its address, with a user and password.
    pub(in crate::process) fn url(&self) -> String {
        format!("http://us%40er:pass@{}", self.address)
    }

    /// What it was asked: the request line and, where there is one, the authorization.
    pub(in crate::process) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Serves a client. A client that goes away ends it.
async fn tunnel(
    client: TcpStream,
    known: Arc<BTreeMap<String, SocketAddr>>,
    log: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut client = BufReader::new(client);
    let mut line = String::new();
    client.read_line(&mut line).await.ok()?;
    let mut asked = line.trim_end().to_owned();
    loop {
        let mut header = String::new();
        (&mut client).take(8192).read_line(&mut header).await.ok()?;
        let header = header.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(": ")
            && name.eq_ignore_ascii_case("proxy-authorization")
        {
            asked = format!("{asked} {value}");
        }
    }
    let host = asked.split([' ', ':']).nth(1).unwrap_or_default().to_owned();
    log.lock().unwrap().push(asked);
    let Some(address) = known.get(&host) else {
        client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n").await.ok()?;
        return None;
    };
    let mut server = TcpStream::connect(address).await.ok()?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok().map(drop)
}

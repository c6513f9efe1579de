//! Search by meaning, with a service that makes the vectors: one that answers, goes away, answers
//! with something else, and comes back.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::running::{Client, Server, edusphere, stderr, stdout};
use crate::search::{found, rebuild, status, until, until_whole};

/// What the service does with a request.
const ANSWERS: u8 = 0;
const FAILS: u8 = 1;
const SHOWS_A_PAGE: u8 = 2;

/// Words that mean much the same.
const MEANINGS: [&[&str]; 4] = [
    &["chloroplast", "photosynthesis", "sunlight", "solar"],
    &["steam", "engine", "boiler"],
    &["pea", "inherit", "gene"],
    &["program", "variable", "loop"],
];

/// A service in the form of `OpenAI`, on this machine.
struct Service {
    url: String,
    does: Arc<AtomicU8>,
    /// How many texts it was asked for.
    texts: Arc<AtomicUsize>,
}

impl Service {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let (does, texts) = (Arc::new(AtomicU8::new(ANSWERS)), Arc::default());
        let (doing, counted) = (Arc::clone(&does), Arc::clone(&texts));
        let serve = move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let (doing, counted) = (Arc::clone(&doing), Arc::clone(&counted));
                #[expect(clippy::disallowed_methods, reason = "it ends with its connection")]
                drop(std::thread::spawn(move || {
                    while answer(&stream, &doing, &counted).is_some() {}
                }));
            }
        };
        #[expect(clippy::disallowed_methods, reason = "it ends with the test's process")]
        drop(std::thread::spawn(serve));
        Self { url, does, texts }
    }

    fn does(&self, what: u8) {
        self.does.store(what, Ordering::SeqCst);
    }

    fn texts(&self) -> usize {
        self.texts.load(Ordering::SeqCst)
    }

    fn settings(&self) -> [(&'static str, &str); 3] {
        [
            ("EDUSPHERE__SEARCH__EMBEDDER__URL", &self.url),
            ("EDUSPHERE__SEARCH__EMBEDDER__MODEL", "made-up"),
            ("EDUSPHERE__SEARCH__EMBEDDER__KEY", "canary-of-the-service"),
        ]
    }
}

/// Takes a request and answers it; nothing when there are no more.
fn answer(mut stream: &TcpStream, does: &AtomicU8, texts: &AtomicUsize) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).ok()? > 2 {
        let head = line.to_lowercase();
        if let Some(told) = head.strip_prefix("content-length: ") {
            length = told.trim().parse().ok()?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let asked: Value = serde_json::from_slice(&body).ok()?;
    let (status, kind, text) = match does.load(Ordering::SeqCst) {
        FAILS => (
            "503 Service Unavailable",
            "text/plain",
            "loading".to_owned(),
        ),
        SHOWS_A_PAGE => ("200 OK", "text/html", "<html>Welcome</html>".to_owned()),
        _ => {
            let input = asked["input"].as_array()?;
            texts.fetch_add(input.len(), Ordering::SeqCst);
            let rows = input.iter().enumerate().map(|(index, text)| {
                json!({ "index": index, "embedding": vector(text.as_str().unwrap()) })
            });
            let rows = json!({ "data": rows.collect::<Vec<_>>() });
            ("200 OK", "application/json", rows.to_string())
        }
    };
    let length = text.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{text}"
    );
    stream.write_all(answer.as_bytes()).ok()
}

/// How much of each meaning a text has.
fn vector(text: &str) -> Vec<f64> {
    let text = text.to_lowercase();
    let has = |words: &&[&str]| words.iter().any(|word| text.contains(word));
    let numbers = MEANINGS
        .iter()
        .map(|words| if has(words) { 1.0 } else { 0.01 });
    numbers.collect()
}

/// What means something like this, as Lena finds it.
fn meant(lena: &Client, text: &str) -> Value {
    found(lena, text, "&mode=SEMANTIC")
}

#[test]
fn a_service_makes_the_vectors_and_search_goes_on_without_it() {
    let root = tempfile::tempdir().unwrap();
    let (data, service) = (root.path().join("data"), Service::start());
    // It is away when the school begins: nothing waits for it.
    service.does(FAILS);
    let server = Server::demo_with(&data, &service.settings());
    let [lena, admin] = ["lena", "admin"].map(|name| server.sign_in(name, "edusphere"));
    assert_eq!(server.anonymous().get("/health/ready").0, 200);
    until("the words are there", || {
        status(&admin)["words"]["whole"] == true
    });
    let answer = found(&lena, "chloroplasts", "");
    let best = &answer["results"][0]["title"];
    assert_eq!(best, "Mitochondria and chloroplasts");
    let told = answer["notices"].to_string();
    assert!(told.contains("Only the words were looked for"), "{answer}");
    until("what is the matter is told", || {
        let trouble = status(&admin)["meaning"]["trouble"].to_string();
        trouble.contains("503") && trouble.contains(&service.url)
    });

    // What is wrong is told, whatever it is; asking for everything anew asks it at once.
    service.does(SHOWS_A_PAGE);
    until("a web page is told from an answer", || {
        rebuild(&admin);
        let trouble = status(&admin)["meaning"]["trouble"].to_string();
        trouble.contains("web page")
    });
    let (_, _, metrics) = server.anonymous().get_text("/metrics");
    assert!(
        metrics.contains("edusphere_search_embedder_trouble 1\n"),
        "{metrics}"
    );

    service.does(ANSWERS);
    until("it is back", || {
        rebuild(&admin);
        status(&admin)["meaning"]["trouble"].is_null()
    });
    until_whole(&admin);
    until("questions are asked again", || {
        let answer = meant(&lena, "solar");
        answer["results"][0]["title"] == "Mitochondria and chloroplasts"
    });
    let answer = meant(&lena, "solar");
    assert_eq!(answer["notices"], json!([]), "{answer}");
    let embedder = status(&admin)["meaning"]["embedder"].to_string();
    assert!(
        embedder.contains("made-up") && !embedder.contains("canary"),
        "{embedder}"
    );
    assert_eq!(server.stop(), Some(0));

    // All vectors are there: of a school in which nothing changed nothing is asked again, even when
    // the indexes are gone.
    fs_err::remove_dir_all(data.join("search/v1")).unwrap();
    let asked = service.texts();
    let server = Server::serve_with(&data, &service.settings());
    let admin = server.sign_in("admin", "edusphere");
    until_whole(&admin);
    assert_eq!(service.texts(), asked);
    let (_, _, metrics) = server.anonymous().get_text("/metrics");
    let missed = "edusphere_search_embeddings_cache_total{of=\"document\",result=\"miss\"} 0\n";
    assert!(metrics.contains(missed), "{metrics}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_service_that_cannot_be_meant_is_refused_at_the_start() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("e.toml");
    let said = |embedder: &str| {
        let text = format!("[search.embedder]\n{embedder}\n");
        fs_err::write(&file, text).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs_err::set_permissions(&file, mode).unwrap();
        edusphere(&["config", "show", "--config", file.to_str().unwrap()])
    };
    for (embedder, names) in [
        (
            "url = \"127.0.0.1:11434\"\nmodel = \"m\"",
            "e.toml:2:1: `search.embedder.url`",
        ),
        (
            "url = \"http://127.0.0.1:11434\"",
            "`search.embedder.model`",
        ),
        ("model = \"m\"", "give its address as `search.embedder.url`"),
        ("timeout_s = 0", "must be from 1 to 600"),
    ] {
        let output = said(embedder);
        assert_eq!(output.status.code(), Some(78), "{embedder}");
        assert!(
            stderr(&output).contains(names),
            "{embedder}: {}",
            stderr(&output)
        );
    }
    let whole = "url = \"http://127.0.0.1:11434\"\nmodel = \"m\"\nkey = \"canary\"\nrequests_per_minute = 60";
    let output = said(whole);
    assert!(output.status.success(), "{}", stderr(&output));
    let shown = stdout(&output);
    assert!(shown.contains("embedder.key = \"********\""), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
}

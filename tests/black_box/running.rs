//! The binary, started and stopped, and a client for it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::request::Builder;
use ureq::http::{Request, Response};
use ureq::typestate::WithBody;
use ureq::{Agent, RequestBuilder};

use crate::desk::wait;

/// The longest that a start, an answer or a stop may take.
const PATIENCE: Duration = Duration::from_secs(30);

fn binary(subcommand: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edusphere"));
    command.arg(subcommand);
    command
}

/// Runs the binary to its end.
pub(crate) fn edusphere(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_edusphere"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

/// What a run printed to standard error.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a run printed to standard output.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A running server. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    base: String,
    agent: Agent,
    data_dir: PathBuf,
}

impl Server {
    /// `edusphere demo` over a directory.
    pub(crate) fn demo(data_dir: &Path) -> Self {
        Self::demo_with(data_dir, &[])
    }

    /// `edusphere demo` with settings in the environment.
    pub(crate) fn demo_with(data_dir: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start(binary("demo"), data_dir, settings, Stdio::inherit())
    }

    /// `edusphere serve` over a directory.
    pub(crate) fn serve(data_dir: &Path) -> Self {
        Self::serve_with(data_dir, &[])
    }

    /// `edusphere serve` with settings in the environment.
    pub(crate) fn serve_with(data_dir: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start(binary("serve"), data_dir, settings, Stdio::inherit())
    }

    /// `edusphere serve` run by another program, which is given as it is typed.
    pub(crate) fn serve_under(program: &[&str], data_dir: &Path) -> Self {
        let mut command = Command::new(program[0]);
        command
            .args(&program[1..])
            .args([env!("CARGO_BIN_EXE_edusphere"), "serve"]);
        Self::start(command, data_dir, &[], Stdio::inherit())
    }

    /// `edusphere serve` with settings in the environment, its log in a file.
    pub(crate) fn serve_logging_to(data_dir: &Path, settings: &[(&str, &str)], log: &Path) -> Self {
        let log = fs_err::File::create(log).unwrap().into_file();
        Self::start(binary("serve"), data_dir, settings, log.into())
    }

    fn start(mut command: Command, data_dir: &Path, settings: &[(&str, &str)], log: Stdio) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            // A group of its own, so that what another program runs ends with it.
            .process_group(0)
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut lines = BufReader::new(stdout).lines();
        let base = lines
            .find_map(|line| {
                let line = line.expect("standard output is text");
                line.split_once(" at http://")
                    .map(|(_, address)| format!("http://{address}"))
            })
            .expect("the server says where it listens");
        // The rest is read to its end so that the server never waits for us.
        #[expect(
            clippy::disallowed_methods,
            reason = "it ends with the server's output"
        )]
        drop(std::thread::spawn(move || lines.for_each(drop)));
        Self {
            child,
            base,
            agent: agent(),
            data_dir: data_dir.to_owned(),
        }
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Ends it as a power cut would end its process.
    pub(crate) fn kill(self) {
        self.end();
    }

    /// Begins to end it as a power cut would end its process; whoever drops it waits for that.
    pub(crate) fn end(&self) {
        self.send("-KILL");
    }

    /// Asks it to stop, and waits; its exit code.
    pub(crate) fn stop(self) -> Option<i32> {
        self.signal();
        self.wait()
    }

    /// Waits until it ends; its exit code.
    pub(crate) fn wait(mut self) -> Option<i32> {
        self.child.wait().expect("the process ends").code()
    }

    /// How it ended, if it does within this time.
    pub(crate) fn ended_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let step = Duration::from_millis(10);
        for _ in 0..patience.as_millis() / step.as_millis() {
            let ended = self.child.try_wait().expect("it can be waited for");
            if ended.is_some() {
                return ended;
            }
            wait(step);
        }
        None
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it SIGTERM.
    pub(crate) fn signal(&self) {
        self.send("-TERM");
    }

    fn send(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        let sent = Command::new("kill")
            .args([signal, "--", &group])
            .status()
            .expect("kill runs");
        assert!(sent.success());
    }

    /// A client that is signed in.
    pub(crate) fn sign_in(&self, username: &str, password: &str) -> Client {
        let body = json!({ "username": username, "password": password });
        let (status, answer) = post(&self.agent, &self.url("/api/auth/login"), None, &body);
        assert_eq!(status, 200, "{answer}");
        let token = answer["token"].as_str().expect("a token").to_owned();
        Client {
            base: self.base.clone(),
            agent: self.agent.clone(),
            token: Some(token),
        }
    }

    /// A client with the token of an earlier sign-in.
    pub(crate) fn bearing(&self, token: &str) -> Client {
        Client {
            token: Some(token.to_owned()),
            ..self.anonymous()
        }
    }

    /// A client that nobody is signed in with.
    pub(crate) fn anonymous(&self) -> Client {
        Client {
            base: self.base.clone(),
            agent: self.agent.clone(),
            token: None,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test ended it.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build();
    config.into()
}

fn post(agent: &Agent, url: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
    try_post(agent, url, token, body).expect("the server answers")
}

fn try_post(
    agent: &Agent,
    url: &str,
    token: Option<&str>,
    body: &Value,
) -> Result<(u16, Value), ureq::Error> {
    let mut request = agent.post(url);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut response = request.send_json(body)?;
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string()?;
    Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
}

/// Somebody who sends requests.
#[derive(Clone)]
pub(crate) struct Client {
    base: String,
    agent: Agent,
    token: Option<String>,
}

impl Client {
    /// Executes a registered operation by its name; the whole answer.
    pub(crate) fn answer(&self, operation: &str, variables: &Value) -> Value {
        self.try_operation(operation, variables)
            .expect("the server answers")
    }

    /// Executes a registered operation by its name; its data, which must come without errors.
    pub(crate) fn operation(&self, operation: &str, variables: &Value) -> Value {
        let answer = self.answer(operation, variables);
        assert!(answer["errors"].is_null(), "{operation}: {answer}");
        answer["data"].clone()
    }

    /// Executes a registered operation while the server may go away.
    pub(crate) fn try_operation(
        &self,
        operation: &str,
        variables: &Value,
    ) -> Result<Value, ureq::Error> {
        let body = json!({ "operationName": operation, "variables": variables });
        Ok(try_post(
            &self.agent,
            &self.at("/graphql"),
            self.token.as_deref(),
            &body,
        )?
        .1)
    }

    /// Sends bytes while the server may go away; the status of the answer.
    pub(crate) fn try_upload(&self, path: &str, bytes: &[u8]) -> Result<u16, ureq::Error> {
        let mut request = self.agent.post(self.at(path));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        Ok(request.send(bytes)?.status().as_u16())
    }

    /// Executes a document of its own.
    pub(crate) fn document(&self, query: &str, variables: &Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let answer = self.post("/graphql", &body).1;
        assert!(answer["errors"].is_null(), "{query}: {answer}");
        answer["data"].clone()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        post(&self.agent, &self.at(path), self.token.as_deref(), body)
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.change(self.agent.put(self.at(path)), body)
    }

    pub(crate) fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        self.change(self.agent.patch(self.at(path)), body)
    }

    fn change(&self, request: RequestBuilder<WithBody>, body: &Value) -> (u16, Value) {
        let mut request = request;
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.send_json(body).expect("the server answers");
        let text = response.body_mut().read_to_string();
        let text = text.expect("the body is text");
        let answer = serde_json::from_str(&text).unwrap_or(Value::Null);
        (response.status().as_u16(), answer)
    }

    /// The status of a DELETE.
    pub(crate) fn delete(&self, path: &str) -> u16 {
        let mut request = self.agent.delete(self.at(path));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = request.call().expect("the server answers");
        response.status().as_u16()
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        let (status, _, text) = self.get_text(path);
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Status, content type and body of a GET.
    pub(crate) fn get_text(&self, path: &str) -> (u16, String, String) {
        let mut request = self.agent.get(self.at(path));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.call().expect("the server answers");
        let media_type = response.headers().get("content-type");
        let media_type = media_type
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let text = response
            .body_mut()
            .read_to_string()
            .expect("the body is text");
        (response.status().as_u16(), media_type, text)
    }

    /// Sends bytes; the answer, whatever its status is.
    pub(crate) fn exchange(&self, request: Builder, bytes: Vec<u8>) -> Response<Vec<u8>> {
        let mut request = request;
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(bytes).expect("the request can be meant");
        let (mut parts, body) = request.into_parts();
        parts.uri = self.at(&parts.uri.to_string()).parse().expect("an address");
        let answer = self.agent.run(Request::from_parts(parts, body));
        let (parts, mut body) = answer.expect("the server answers").into_parts();
        let bytes = body.read_to_vec().expect("the body comes to its end");
        Response::from_parts(parts, bytes)
    }

    /// The token it shows; a client that nobody is signed in with has none.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

//! A PostgreSQL of its own, asked for the same. `pgbench` asks it over a socket, and notes how
//! long each answer took.
//!
//! Its programs are taken from the folder that `POSTGRES_BIN` names, otherwise from the path.
//! pgvector comes with some: where the extension is not there, vectors are not compared.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// PostgreSQL does not run as root; then it runs as nobody.
const NOBODY: u32 = 65_534;
/// Memory as it has beside us on a machine of its own, and no syncs while tables are filled.
const SETTINGS: [&str; 6] = [
    "listen_addresses=",
    "shared_buffers=1GB",
    "maintenance_work_mem=1GB",
    "max_wal_size=8GB",
    "fsync=off",
    "jit=off",
];

/// A server that ends with the comparison.
pub(crate) struct Postgres {
    folder: TempDir,
    server: Child,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Its children end with it, which they do not when it is killed.
        let mut stop = program("pg_ctl", self.folder.path());
        stop.args(["stop", "-s", "-m", "immediate", "-D"]);
        stop.arg(self.folder.path().join("data"));
        drop(stop.status());
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

impl Postgres {
    /// Starts one, if there is one to be started.
    pub(crate) fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let data = folder.path().join("data");
        let made = program("initdb", folder.path())
            .args(["--auth=trust", "--username=bench", "--no-sync", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !made.is_ok_and(|status| status.success()) {
            println!("  no PostgreSQL is installed: nothing is compared");
            return None;
        }
        let settings = SETTINGS.iter().flat_map(|setting| ["-c", setting]);
        let server = program("postgres", folder.path())
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let started = Self { folder, server };
        let mut ready = started.client("pg_isready");
        ready.stdout(Stdio::null());
        while !ready.status().unwrap().success() {
            std::thread::yield_now();
        }
        println!(
            "  PostgreSQL {}",
            started.run("SHOW server_version").unwrap()
        );
        Some(started)
    }

    /// Runs SQL, and answers what it said: a line a row, columns between bars. `None` if refused.
    pub(crate) fn run(&self, sql: &str) -> Option<String> {
        let mut psql = self.client("psql");
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            "postgres",
        ]);
        let mut running = psql
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = running.stdin.take().unwrap();
        // It ends early where it refuses.
        let written = input.write_all(sql.as_bytes());
        drop(input);
        let output = running.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (written.is_ok() && output.status.success()).then(|| said.trim_end().to_owned())
    }

    /// Fills a table with rows, their columns between tabs.
    pub(crate) fn copy(&self, table: &str, rows: impl Iterator<Item = String>) {
        let mut sql = format!("COPY {table} FROM STDIN;\n");
        for row in rows {
            sql.push_str(&row);
            sql.push('\n');
        }
        sql.push_str("\\.\n");
        self.run(&sql).unwrap();
    }

    /// Asks so often, one question after another, and answers how long each took in microseconds,
    /// from the fastest to the slowest. `:n` is another number each time, from 1 to `of`.
    pub(crate) fn taken(&self, sql: &str, times: usize, of: usize) -> Vec<f64> {
        let script = self.folder.path().join("script.sql");
        let log = self.folder.path().join("log");
        fs_err::write(&script, format!("\\set n random(1, {of})\n{sql};\n")).unwrap();
        let mut pgbench = self.client("pgbench");
        let done = pgbench
            .args(["-n", "-M", "prepared", "-c", "1", "-l", "-t"])
            .arg(times.to_string())
            .arg("--log-prefix")
            .arg(&log)
            .arg("-f")
            .arg(&script)
            .arg("postgres")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(done.unwrap().success(), "{sql}");
        let mut taken = Vec::with_capacity(times);
        for entry in fs_err::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("log.")
            {
                let lines = fs_err::read_to_string(&path).unwrap();
                let micros = lines.lines().map(|line| line.split(' ').nth(2).unwrap());
                taken.extend(micros.map(|micros| micros.parse::<f64>().unwrap()));
                fs_err::remove_file(&path).unwrap();
            }
        }
        taken.sort_by(f64::total_cmp);
        taken
    }

    fn client(&self, name: &str) -> Command {
        let mut client = program(name, self.folder.path());
        client.arg("-h").arg(self.folder.path());
        client.args(["-U", "bench"]);
        client
    }
}

fn program(name: &str, folder: &Path) -> Command {
    let path = std::env::var_os("POSTGRES_BIN").map_or_else(
        || OsString::from(name),
        |bin| PathBuf::from(bin).join(name).into_os_string(),
    );
    let mut command = Command::new(path);
    command.current_dir(folder);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn is_root() -> bool {
    fs_err::metadata("/proc/self").unwrap().uid() == 0
}

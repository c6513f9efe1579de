//! `edusphere admin`.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::{Actor, OrRefuse, SchoolRole};
use clap::{Args, Subcommand};
use people::codes::{self, IssueSignInCode};
use people::sessions::Password;
use people::users::{self, AddUser, NewUser, USER_NOT_FOUND};
use serde_json::json;

use super::{Place, say, say_json};
use crate::exit::Exit;

/// Whoever has the data directory may do what an administrator may.
const PROGRAM: Actor = Actor::program("admin");

#[derive(Subcommand)]
pub(super) enum Admin {
    /// Add an administrator
    Create(Create),
    /// Make a code for somebody to sign in with once
    Code(Code),
}

#[derive(Args)]
pub(super) struct Create {
    /// The name to sign in with
    username: String,
    #[command(flatten)]
    place: Place,
    /// A file whose first line is the password; - for standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// The name that others see [default: the user name]
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// The e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct Code {
    /// The name that they sign in with
    username: String,
    #[command(flatten)]
    place: Place,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

impl Admin {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        match self {
            Self::Create(create) => create.run(),
            Self::Code(code) => code.run(),
        }
    }
}

impl Create {
    fn run(self) -> Result<ExitCode, Exit> {
        let display_name = self.display_name.as_deref().unwrap_or(&self.username);
        let mut user = NewUser::named(&self.username, display_name)?.role(SchoolRole::Admin);
        if let Some(email) = &self.email {
            user = user.email(email)?;
        }
        let password = read_password(self.password_file.as_deref())?;
        let password = Password::choose(&password, &user.owner())?;
        let school = self.place.open()?;
        let password = Some(password.hash(&school.app.new_secret())?);
        let id = school
            .app
            .run_blocking(PROGRAM, AddUser { user, password })?;
        school.close();
        if self.json {
            say_json(&json!({ "id": id, "username": self.username, "role": SchoolRole::Admin }))?;
        } else {
            let username = self.username;
            say(format_args!("{username} is an administrator now ({id})."));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Code {
    fn run(self) -> Result<ExitCode, Exit> {
        let school = self.place.open()?;
        let app = &school.app;
        let named = users::named(&app.snapshot(), &self.username)?;
        let (user, _) = named.or_refuse(USER_NOT_FOUND)?;
        let code = codes::Code::new(&app.new_secret());
        let issue = IssueSignInCode {
            user,
            code: code.hash(),
        };
        let until = app.run_blocking(PROGRAM, issue)?;
        school.close();
        let (username, code) = (&self.username, code.reveal());
        if self.json {
            say_json(&json!({ "username": username, "code": code, "expiresAt": until }))?;
        } else {
            say(format_args!(
                "{code}\n{username} can sign in with this code once, until {until}, and chooses a password then."
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The password: from a file, from standard input, or asked for.
fn read_password(file: Option<&Path>) -> Result<String, Exit> {
    let line = match file {
        Some(path) if path != Path::new("-") => fs_err::read_to_string(path)
            .map_err(|error| Exit::new(Exit::NO_INPUT, error.to_string()))?
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned(),
        Some(_) => read_line()?,
        None if std::io::stdin().is_terminal() => {
            eprint!("Password (it is shown as you type; 12 characters or more): ");
            read_line()?
        }
        None => {
            let sentence = "there is no terminal to ask for a password at; give --password-file FILE, or - for standard input";
            return Err(Exit::new(Exit::USAGE, sentence));
        }
    };
    Ok(line)
}

fn read_line() -> Result<String, Exit> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

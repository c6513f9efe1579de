//! Where the settings come from: what each source says, and which setting that is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde_json::Value;
use strsim::osa_distance;
use toml_edit::{ImDocument, TableLike};

use super::{Config, Flags};
use crate::exit::Exit;

/// What the variables of the environment begin with.
const PREFIX: &str = "EDUSPHERE__";
/// Settings that nobody else may read.
pub(super) const SECRETS: [&str; 2] = ["metrics_token", "search.embedder.key"];
/// How many letters of a name may be amiss for another one to be suggested.
const TYPOS_MAX: usize = 3;
/// The permission of everybody to read a file.
const READ_BY_ALL: u32 = 0o004;

/// Where the value of a setting was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nowhere.
    Default,
    /// In the file, at this line and column.
    File(PathBuf, usize, usize),
    /// In this variable of the environment.
    Environment(String),
    /// On the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(file, line, column) => write!(f, "{}:{line}:{column}", file.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// What all sources say.
#[derive(Debug)]
pub(super) struct Sources {
    /// The sources together, the strongest last.
    merged: Figment,
    /// Where each setting that was given was given for good.
    origins: BTreeMap<String, Origin>,
    /// What is wrong so far, a sentence each.
    pub(super) mistakes: Vec<String>,
}

impl Sources {
    /// Reads them. A file that was given must be there.
    pub(super) fn read(file: Option<&Path>, flags: &Flags) -> Result<Self, Exit> {
        let mut sources = Self {
            merged: Figment::from(Serialized::defaults(Config::default())),
            origins: BTreeMap::new(),
            mistakes: Vec::new(),
        };
        if let Some(file) = file {
            sources.add_file(file)?;
        }
        sources.add_environment();
        let given = Figment::from(Serialized::defaults(flags));
        for name in known() {
            if given.find_value(&name).is_ok() {
                let flag = Origin::Flag(format!("--{}", name.replace('_', "-")));
                sources.origins.insert(name, flag);
            }
        }
        sources.merged = sources.merged.merge(given);
        Ok(sources)
    }

    /// The configuration, where it can be made: the mistakes say why not.
    pub(super) fn config(&mut self) -> Option<Config> {
        if !self.mistakes.is_empty() {
            return None;
        }
        let config = self.merged.extract();
        config
            .map_err(|error| self.mistakes.push(error.to_string()))
            .ok()
    }

    /// Where a setting was given.
    pub(super) fn origin(&self, name: &str) -> Origin {
        self.origins.get(name).cloned().unwrap_or(Origin::Default)
    }

    fn add_file(&mut self, file: &Path) -> Result<(), Exit> {
        let text = fs_err::read_to_string(file)
            .map_err(|error| Exit::new(Exit::NO_INPUT, error.to_string()))?;
        let place = |offset: usize| {
            let (line, column) = line_and_column(&text, offset);
            Origin::File(file.to_owned(), line, column)
        };
        let document = match ImDocument::parse(text.as_str()) {
            Ok(document) => document,
            Err(error) => {
                let origin = place(error.span().map_or(0, |span| span.start));
                self.mistakes.push(format!("{origin}: {}", error.message()));
                return Ok(());
            }
        };
        let mut given = Vec::new();
        keys_of(document.as_table(), "", &mut given);
        let source = Figment::from(Toml::string(&text));
        for (name, offset) in given {
            self.take(&source, &name, place(offset));
        }
        let open = fs_err::metadata(file)?.permissions().mode() & READ_BY_ALL != 0;
        for secret in SECRETS {
            if open && source.find_value(secret).is_ok() {
                self.mistakes.push(format!(
                    "{0} holds the secret `{secret}` and can be read by everybody on this machine: chmod 600 {0}",
                    file.display()
                ));
            }
        }
        self.merged = std::mem::take(&mut self.merged).merge(source);
        Ok(())
    }

    fn add_environment(&mut self) {
        let environment = Env::prefixed(PREFIX).split("__");
        let source = Figment::from(&environment);
        for (name, _) in environment.iter() {
            let name = name.as_str().to_lowercase();
            let variable = format!("{PREFIX}{}", name.replace('.', "__").to_uppercase());
            self.take(&source, &name, Origin::Environment(variable));
        }
        self.merged = std::mem::take(&mut self.merged).merge(environment);
    }

    /// Takes note of a setting that a source has: it must be known, and of the right kind.
    fn take(&mut self, source: &Figment, name: &str, origin: Origin) {
        if !known().contains(name) {
            self.mistakes.push(unknown(name, &origin));
            return;
        }
        if let Ok(value) = source.find_value(name) {
            let alone = Figment::from(Serialized::defaults(Config::default()));
            let alone = alone.merge(Serialized::global(name, value));
            if let Err(error) = alone.extract::<Config>() {
                let kind = &error.kind;
                self.mistakes.push(format!("{origin}: `{name}`: {kind}"));
                return;
            }
        }
        self.origins.insert(name.to_owned(), origin);
    }
}

/// The names of all settings, those of sections with a dot.
fn known() -> BTreeSet<String> {
    leaves(&Config::default()).into_keys().collect()
}

/// The values of all settings, by their names.
pub(super) fn leaves(config: &Config) -> BTreeMap<String, Value> {
    fn add(prefix: &str, value: Value, leaves: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let dot = if prefix.is_empty() { "" } else { "." };
                    add(&format!("{prefix}{dot}{name}"), value, leaves);
                }
            }
            value @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)) => {
                leaves.insert(prefix.to_owned(), value);
            }
        }
    }
    let mut leaves = BTreeMap::new();
    let value = serde_json::to_value(config).unwrap_or_default();
    add("", value, &mut leaves);
    leaves
}

/// The keys of a table and of those in it, each with its place in the text.
fn keys_of(table: &dyn TableLike, prefix: &str, keys: &mut Vec<(String, usize)>) {
    for (name, item) in table.iter() {
        let path = if prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{prefix}.{name}")
        };
        if let Some(inner) = item.as_table_like() {
            keys_of(inner, &path, keys);
        } else {
            let span = table.key(name).and_then(toml_edit::Key::span);
            keys.push((path, span.map_or(0, |span| span.start)));
        }
    }
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

fn unknown(name: &str, origin: &Origin) -> String {
    let known = known();
    let last = |name: &str| name.rsplit('.').next().map(str::to_owned);
    let same_word = known.iter().find(|known| last(known) == last(name));
    let near = || {
        let distances = known.iter().map(|known| (osa_distance(known, name), known));
        let nearest = distances.min();
        nearest.filter(|(distance, _)| *distance <= TYPOS_MAX)
    };
    let nearest = same_word.or_else(|| near().map(|(_, known)| known));
    let hint = nearest.map_or_else(
        || "`edusphere config show` lists them all".to_owned(),
        |known| match origin {
            Origin::Environment(_) => {
                let variable = known.replace('.', "__").to_uppercase();
                format!("did you mean {PREFIX}{variable}?")
            }
            Origin::Default | Origin::File(..) | Origin::Flag(_) => match known.split_once('.') {
                Some((section, word)) => format!("did you mean `{word}` of [{section}]?"),
                None => format!("did you mean `{known}`?"),
            },
        },
    );
    format!("{origin}: there is no setting `{name}`; {hint}")
}

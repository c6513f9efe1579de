//! The whole: configuration, start-up, wiring, listeners, supervision, stop; and the command line.

// The optimiser looks into the futures of the merged mutations, which hold each other.
#![recursion_limit = "256"]

mod authenticate;
mod cli;
mod config;
mod demo;
mod describe;
mod disk;
mod edge;
mod events;
mod exit;
mod extract;
mod generate;
mod monitor;
mod port;
mod school;
mod search;
mod serve;
mod supervise;
mod sweep;
mod webhooks;

pub use cli::run;

#[cfg(test)]
mod tests;

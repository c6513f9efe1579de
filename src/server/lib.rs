//! The whole: configuration, start-up, wiring, listeners, supervision, stop; and the command line.

mod authenticate;
mod cli;
mod config;
mod demo;
mod describe;
mod edge;
mod exit;
mod generate;
mod monitor;
mod school;
mod serve;
mod supervise;
mod sweep;

pub use cli::run;

#[cfg(test)]
mod tests;

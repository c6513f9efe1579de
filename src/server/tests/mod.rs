//! What holds for all faces together: who may do what, seen through the very router that is served.

mod asking;
mod described;
mod fields;
mod following;
mod operations;
mod permissions;
mod probes;
mod producers;
mod world;

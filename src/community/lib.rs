//! community

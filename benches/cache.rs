//! How fast the cache on disk keeps values, finds them, and opens again.

#[path = "measure/mod.rs"]
mod measure;

use cache::{Cache, Key, Opened};

use measure::{report, time};

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many values a figure is taken over.
const VALUES: u32 = 50_000;
/// How many bytes each has: a vector of 384 numbers.
const VALUE_BYTES: usize = 384 * 4;
/// Room for all of them.
const BYTES_MAX: u64 = 512 << 20;

fn key(number: u32) -> Key {
    let mut key = [0; 32];
    key[..4].copy_from_slice(&number.to_le_bytes());
    key
}

fn opened(folder: &tempfile::TempDir) -> Cache {
    let Opened { cache, notes } = Cache::open_or_throw_away(folder.path(), BYTES_MAX);
    assert!(notes.is_empty(), "{notes:?}");
    cache
}

fn put_all(cache: &Cache) {
    let value = [7; VALUE_BYTES];
    for number in 0..VALUES {
        cache.put(&key(number), &value);
    }
}

fn main() {
    let folder = tempfile::tempdir().expect("there is room");
    put_all(&opened(&folder));
    report("cache_values_of_1536_bytes_put_per_second", || {
        let folder = tempfile::tempdir().expect("there is room");
        let cache = opened(&folder);
        f64::from(VALUES) / time(|| put_all(&cache)).as_secs_f64()
    });
    let cache = opened(&folder);
    report("cache_values_of_1536_bytes_found_per_second", || {
        let taken = time(|| {
            for number in 0..VALUES {
                // Not in the order in which they were put.
                let number = number.wrapping_mul(7_919) % VALUES;
                assert!(std::hint::black_box(cache.get(&key(number))).is_some());
            }
        });
        f64::from(VALUES) / taken.as_secs_f64()
    });
    report("cache_of_76_mib_opened_ms", || {
        time(|| drop(opened(&folder))).as_secs_f64() * 1_000.0
    });
}

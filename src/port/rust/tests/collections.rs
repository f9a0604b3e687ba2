// SPDX-License-Identifier: MIT OR Apache-2.0
// The collections of alloc over acre, as this program's global allocator:
// what the test harness itself allocates lies in the region, too.
use std::alloc::{GlobalAlloc, Layout};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, Once};

struct Global;
static HEAP: acre::Heap = acre::Heap::empty();
static ONCE: Once = Once::new();

const SIZE: usize = 16 << 20;
#[repr(align(64))]
struct Memory(std::cell::UnsafeCell<[u8; SIZE]>);
unsafe impl Sync for Memory {}
static MEMORY: Memory = Memory(std::cell::UnsafeCell::new([0; SIZE]));

// Rust allocates before main: the memory is given at the first call.
unsafe impl GlobalAlloc for Global {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ONCE.call_once(|| HEAP.init(MEMORY.0.get().cast(), SIZE, 0).unwrap());
        HEAP.alloc(layout)
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HEAP.dealloc(block, layout)
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        HEAP.realloc(block, layout, size)
    }
}

#[global_allocator]
static GLOBAL: Global = Global;

// The tests share the heap, and look at its statistics: one at a time.
static ALONE: Mutex<()> = Mutex::new(());
fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(|failed| failed.into_inner())
}

fn inside<T>(p: *const T) -> bool {
    let start = MEMORY.0.get() as usize;
    (start..start + SIZE).contains(&(p as usize))
}

#[test]
fn collections() {
    let _alone = alone();
    let mut map = BTreeMap::new();
    for i in 0..10_000u32 {
        map.entry(i % 100).or_insert_with(Vec::new).push(format!("entry number {i}"));
    }
    assert_eq!(map.len(), 100);
    assert!(map.values().all(|v| v.len() == 100 && inside(v.as_ptr()) && inside(v[0].as_ptr())));
    assert_eq!(map[&7][3], "entry number 307");
    assert!(HEAP.check());
    let before = HEAP.stats().used;
    drop(map);
    assert!(HEAP.stats().used < before && HEAP.check());
}

#[test]
fn growth_keeps_contents() {
    let _alone = alone();
    let mut v: Vec<u64> = Vec::new();
    let mut q = VecDeque::new();
    for i in 0..50_000u64 {
        v.push(i * i);
        q.push_back(vec![i as u8; (i % 50) as usize]);
        if i % 3 == 0 {
            q.pop_front();
        }
    }
    assert!(v.iter().enumerate().all(|(i, &x)| x == (i as u64) * (i as u64)));
    assert!(inside(v.as_ptr()) && HEAP.check());
}

#[test]
fn alignment() {
    let _alone = alone();
    for shift in 0..13 {
        let layout = Layout::from_size_align(100, 1 << shift).unwrap();
        let p = unsafe { GLOBAL.alloc(layout) };
        assert!(!p.is_null() && p as usize % (1 << shift) == 0);
        let bigger = unsafe { GLOBAL.realloc(p, layout, 5000) };
        assert!(!bigger.is_null() && bigger as usize % (1 << shift) == 0);
        unsafe { GLOBAL.dealloc(bigger, Layout::from_size_align(5000, 1 << shift).unwrap()) };
    }
}

#[test]
fn refusals() {
    let _alone = alone();
    let own = acre::Heap::empty();
    let layout = Layout::from_size_align(64, 8).unwrap();
    assert!(unsafe { own.alloc(layout) }.is_null());
    assert!(!own.check());
    let mut memory = vec![0u64; 512];
    assert_eq!(unsafe { own.init(memory.as_mut_ptr().cast(), 4096, 12) }, Err(acre::Refused::BAD_GRANULE));
    assert_eq!(unsafe { own.init(memory.as_mut_ptr().cast(), 4096, 0) }, Ok(()));
    let p = unsafe { own.alloc(layout) };
    assert!(unsafe { own.alloc(Layout::from_size_align(1 << 30, 8).unwrap()) }.is_null());
    assert_eq!(unsafe { own.try_free(p.add(1)) }, Err(acre::Refused::NOT_A_BLOCK));
    assert_eq!(unsafe { own.try_free(p) }, Ok(()));
    assert_eq!(unsafe { own.try_free(p) }, Err(acre::Refused::NOT_A_BLOCK));
    let stats = own.stats();
    assert!(own.check() && stats.used == 0 && stats.largest == stats.total && stats.blocks == 0);
}

#[test]
fn threads() {
    let _alone = alone();
    let threads: Vec<_> = (0..4u8)
        .map(|n| {
            std::thread::spawn(move || {
                let mut kept: Vec<Vec<u8>> = Vec::new();
                for i in 0..20_000usize {
                    kept.push(vec![n; 1 + i % 200]);
                    if kept.len() > 50 {
                        let old = kept.swap_remove(i % 50);
                        assert!(old.iter().all(|&b| b == n));
                    }
                }
            })
        })
        .collect();
    for t in threads {
        t.join().unwrap();
    }
    assert!(HEAP.check());
}

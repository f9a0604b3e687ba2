// SPDX-License-Identifier: MIT OR Apache-2.0
//! A `#[global_allocator]` over the acre heap.
//!
//! ```no_run
//! #[global_allocator]
//! static HEAP: acre::Heap = acre::Heap::empty();
//!
//! // Before the first allocation, once.
//! fn set_up(memory: *mut u8, size: usize) {
//!     unsafe { HEAP.init(memory, size, 0).unwrap() };
//! }
//! # fn main() {}
//! ```
//! Choose how calls are serialised by one of the features `irq` (one hart,
//! machine mode), `spin` (several harts), `pthread` (hosts), `none`.
#![no_std]
#![deny(missing_docs)]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

const STORAGE_WORDS: usize = 32; // as in glue.c

extern "C" {
    fn acre_rust_init(heap: *mut usize, memory: *mut u8, size: usize, granule: usize) -> i32;
    fn acre_rust_alloc(heap: *mut usize, size: usize, alignment: usize) -> *mut u8;
    fn acre_rust_free(heap: *mut usize, block: *mut u8) -> i32;
    fn acre_rust_resize(heap: *mut usize, block: *mut u8, size: usize) -> i32;
    fn acre_rust_check(heap: *mut usize) -> i32;
    fn acre_rust_stats(heap: *mut usize, result: *mut usize);
    fn acre_rust_storage_words() -> usize;
}

/// A heap of one region. Until [`Heap::init`] every allocation fails.
pub struct Heap {
    storage: UnsafeCell<[usize; STORAGE_WORDS]>,
    ready: AtomicBool,
}

// The C side serialises every call with the lock that the feature chose.
unsafe impl Sync for Heap {}
unsafe impl Send for Heap {}

/// What `acre_region_stats` counts, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// The whole region.
    pub total: usize,
    /// In live blocks.
    pub used: usize,
    /// The largest request that would succeed now.
    pub largest: usize,
    /// The least that was ever free.
    pub low_water: usize,
    /// Live blocks.
    pub blocks: usize,
}

/// The status of `include/acre/region.h` with which memory was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(pub i32);

// Compared with the header by assertions in glue.c.
impl Refused {
    /// No live block starts there.
    pub const NOT_A_BLOCK: Refused = Refused(4);
    /// The granule is no power of two from 8.
    pub const BAD_GRANULE: Refused = Refused(9);
}

impl Heap {
    /// A heap without memory.
    pub const fn empty() -> Self {
        Heap {
            storage: UnsafeCell::new([0; STORAGE_WORDS]),
            ready: AtomicBool::new(false),
        }
    }

    fn raw(&self) -> *mut usize {
        self.storage.get().cast()
    }

    /// Gives the heap its memory; `granule` is a power of two from 8, or 0 for 16.
    ///
    /// # Safety
    /// Once, before any other call of this heap; `memory` is `size` bytes that
    /// nothing else uses from now on.
    pub unsafe fn init(&self, memory: *mut u8, size: usize, granule: usize) -> Result<(), Refused> {
        if acre_rust_storage_words() != STORAGE_WORDS {
            return Err(Refused(-1));
        }
        match acre_rust_init(self.raw(), memory, size, granule) {
            0 => {
                self.ready.store(true, Ordering::Release);
                Ok(())
            }
            status => Err(Refused(status)),
        }
    }

    fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// What is used and free now; zeros before `init`.
    pub fn stats(&self) -> Stats {
        let mut r = [0usize; 5];
        if self.is_ready() {
            unsafe { acre_rust_stats(self.raw(), r.as_mut_ptr()) };
        }
        Stats { total: r[0], used: r[1], largest: r[2], low_water: r[3], blocks: r[4] }
    }

    /// Whether the metadata are whole: `acre_region_check`.
    pub fn check(&self) -> bool {
        self.is_ready() && unsafe { acre_rust_check(self.raw()) == 0 }
    }

    /// Frees `block` if a live block starts there; otherwise says so, and changes nothing.
    ///
    /// # Safety
    /// If it is a live block, nothing uses it any more.
    pub unsafe fn try_free(&self, block: *mut u8) -> Result<(), Refused> {
        if !self.is_ready() {
            return Err(Refused(-1));
        }
        match acre_rust_free(self.raw(), block) {
            0 => Ok(()),
            status => Err(Refused(status)),
        }
    }
}

unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.is_ready() {
            acre_rust_alloc(self.raw(), layout.size(), layout.align())
        } else {
            core::ptr::null_mut()
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, _layout: Layout) {
        // A refused block was not ours: nothing was changed, and unwinding
        // from here is not allowed. `try_free` tells.
        let _ = self.try_free(block);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if acre_rust_resize(self.raw(), block, size) == 0 {
            return block; // where it stands, so the alignment stays
        }
        let to = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
        if !to.is_null() {
            core::ptr::copy_nonoverlapping(block, to, layout.size().min(size));
            self.dealloc(block, layout);
        }
        to
    }
}

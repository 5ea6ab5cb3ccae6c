#pragma once

namespace dwell::app {

/// Before anything else: how the process takes memory.
void limitMemory();

/// Once started: lets go of the programs' pages that only the start needed. What is needed again is read
/// again, from the system's cache of files.
void releaseStartPages();

/// Gives back the heap's free pages, where they are worth it; after a batch has been written. Any thread.
void releaseFreeHeap();

}  // namespace dwell::app

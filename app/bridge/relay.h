#pragma once

#include <chrono>

namespace dwell::app {

/// Relays whole native-messaging frames between a browser (`fromBrowser`, `toBrowser`: its pipes) and the
/// agent (a stream socket), unread, until one side ends; what was read whole by then is still delivered.
/// A frame that is too long goes nowhere: a line on stderr says so. Holds a frame or two per direction and
/// reads no more while the other side does not take.
/// Makes the descriptors non-blocking, closes none. Threads: blocks the calling one. Throws
/// std::system_error.
/// To wake up costs more than a message, here and in the agent: after one has gone on the relay rests for
/// `together`, and what came meanwhile from either side then goes on at once. The first goes on at once and
/// each says when it was sent, so that the agent's times are no less true.
void relay(int fromBrowser, int toBrowser, int agent,
           std::chrono::milliseconds together = std::chrono::milliseconds(50));

}  // namespace dwell::app

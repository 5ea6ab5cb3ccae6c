#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace dwell {

/// The longest payload that is let through. The longest honest message, a page's 300 links with their
/// features, stays below 200 kB; it is also what browsers take from a native host.
inline constexpr std::size_t kMaxFrameBytes = 1 << 20;

/// Appends a native-messaging frame: the payload's length as uint32 in the machine's byte order, then the
/// payload (JSON). The payload must not be longer than kMaxFrameBytes.
void appendFrame(std::string& out, std::string_view payload);

/// Cuts a stream of bytes, in whatever pieces it comes, into frames.
/// Holds at most one frame and the piece added last. Threads: any one.
/// Errors: a frame that is too long is reported once and skipped whole, so that the stream stays in step.
class FrameReader {
 public:
  void add(std::string_view bytes);

  /// The next whole payload, valid until the next add(); nothing if more bytes are needed.
  Expected<std::optional<std::string_view>> next();

 private:
  std::string buffer_;
  std::size_t position_ = 0;  ///< of the first byte not handed out
  std::uint64_t skip_ = 0;    ///< bytes of a frame that is too long, still to come
};

}  // namespace dwell

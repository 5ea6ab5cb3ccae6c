#include "base/frames.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace dwell {
namespace {
constexpr std::size_t kHeader = sizeof(std::uint32_t);
}

void appendFrame(std::string& out, std::string_view payload) {
  assert(payload.size() <= kMaxFrameBytes);
  const auto length = static_cast<std::uint32_t>(payload.size());
  char header[kHeader];
  std::memcpy(header, &length, kHeader);
  out.append(header, kHeader);
  out.append(payload);
}

void FrameReader::add(std::string_view bytes) {
  buffer_.erase(0, position_);
  position_ = 0;
  const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
  skip_ -= skipped;
  buffer_.append(bytes.substr(skipped));
}

Expected<std::optional<std::string_view>> FrameReader::next() {
  const std::size_t held = buffer_.size() - position_;
  if (held < kHeader) return std::nullopt;
  std::uint32_t length = 0;
  std::memcpy(&length, buffer_.data() + position_, kHeader);
  if (length > kMaxFrameBytes) {
    const std::size_t there = std::min<std::size_t>(held - kHeader, length);
    position_ += kHeader + there;
    skip_ = length - there;
    return failure("a frame of " + std::to_string(length) + " bytes", "native messaging",
                   "at most " + std::to_string(kMaxFrameBytes) + " bytes");
  }
  if (held - kHeader < length) return std::nullopt;
  const std::string_view payload(buffer_.data() + position_ + kHeader, length);
  position_ += kHeader + length;
  return payload;
}

}  // namespace dwell

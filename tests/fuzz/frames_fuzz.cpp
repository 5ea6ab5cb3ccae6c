// A stream of native-messaging frames, cut into pieces: the pieces do not matter, and no payload is longer
// than it may be. The first byte says how long the pieces are.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/frames.h"
#include "tests/fuzz/require.h"

using namespace dwell;
using fuzz::require;

namespace {

std::vector<std::string> framesOf(std::string_view stream, std::size_t piece) {
  FrameReader reader;
  std::vector<std::string> frames;
  while (!stream.empty()) {
    const std::string_view some = stream.substr(0, piece);
    stream.remove_prefix(some.size());
    reader.add(some);
    for (;;) {
      const auto frame = reader.next();
      if (frame && !*frame) break;
      frames.push_back(frame ? "+" + std::string(**frame) : "-" + frame.error().message());
      require(frames.back().size() <= kMaxFrameBytes + 1, "no payload is longer than it may be");
    }
  }
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = framesOf(stream, stream.size());
  require(framesOf(stream, std::size_t{1} + data[0]) == whole, "the pieces of a stream do not matter");
  std::string again;
  for (const std::string& frame : whole) {
    if (frame[0] == '+') appendFrame(again, std::string_view(frame).substr(1));
  }
  std::vector<std::string> good;
  for (const std::string& frame : whole) {
    if (frame[0] == '+') good.push_back(frame);
  }
  require(framesOf(again, again.size() + 1) == good, "frames that were written are read");
  return 0;
}

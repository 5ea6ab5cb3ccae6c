// How traces are changed: mostly by whole lines, with times that still go on. Changes of single bytes nearly
// always make a trace that is refused at its second line.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t maxSize);

namespace {

constexpr std::string_view kTime = "{\"t\":";
constexpr std::int64_t kMostTime = (std::int64_t{1} << 53) - 1;

using Lines = std::vector<std::string>;
using Random = std::minstd_rand;

std::size_t below(Random& random, std::size_t limit) { return limit == 0 ? 0 : random() % limit; }

Lines linesOf(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The pauses at which rules change, and others.
std::int64_t pause(Random& random) {
  static constexpr std::int64_t kPauses[] = {
      0,      0,      0,       1,       250,        999,       1'000,     14'999,    15'000,           30'000,
      60'000, 60'001, 300'000, 900'000, 86'400'000, 1'799'999, 1'800'000, 1'800'001, 1'000'000'000'000};
  return kPauses[below(random, std::size(kPauses))];
}

/// Times as they are where they go on, else a pause after the line before; `fresh`: mostly new ones.
void retime(Lines& lines, Random& random, bool fresh) {
  std::int64_t now = 0;
  for (std::string& line : lines) {
    if (line.compare(0, kTime.size(), kTime) != 0) continue;
    const std::size_t end = line.find_first_not_of("0123456789", kTime.size());
    if (end == std::string::npos || end == kTime.size() || end > kTime.size() + 16) continue;
    const std::int64_t was = std::stoll(line.substr(kTime.size(), end - kTime.size()));
    const bool keep = was >= now && !(fresh && random() % 4 == 0);
    now = std::min(keep ? was : now + pause(random), kMostTime);
    line.replace(kTime.size(), end - kTime.size(), std::to_string(now));
  }
}

void changeLines(Lines& lines, Random& random) {
  const std::size_t from = 1 + below(random, lines.size() - 1);
  const std::size_t to = 1 + below(random, lines.size() - 1);
  const std::size_t count = 1 + below(random, std::min<std::size_t>(4, lines.size() - from));
  const auto at = [&lines](std::size_t place) { return lines.begin() + static_cast<std::ptrdiff_t>(place); };
  switch (random() % 4) {
    case 0:
      lines.erase(at(from), at(std::min(from + count, lines.size())));
      break;
    case 1: {
      const Lines copied(at(from), at(std::min(from + count, lines.size())));
      lines.insert(at(to), copied.begin(), copied.end());
      break;
    }
    case 2:
      std::swap(lines[from], lines[to]);
      break;
    default:
      break;  // new times only
  }
}

std::size_t written(const Lines& lines, std::uint8_t* data, std::size_t maxSize) {
  std::size_t size = 0;
  for (const std::string& line : lines) {
    if (size + line.size() + 1 > maxSize) break;
    std::memcpy(data + size, line.data(), line.size());
    size += line.size();
    data[size++] = '\n';
  }
  return size;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t maxSize,
                                               unsigned int seed) {
  Random random(seed);
  Lines lines = linesOf({reinterpret_cast<const char*>(data), size});
  if (lines.size() < 2 || random() % 4 == 0) return LLVMFuzzerMutate(data, size, maxSize);
  if (random() % 3 == 0) {  // within one line
    std::string& line = lines[1 + below(random, lines.size() - 1)];
    std::vector<std::uint8_t> bytes(line.begin(), line.end());
    const std::size_t length = bytes.size();
    bytes.resize(length + 64);
    bytes.resize(LLVMFuzzerMutate(bytes.data(), length, bytes.size()));
    line.assign(bytes.begin(), bytes.end());
    std::replace(line.begin(), line.end(), '\n', ' ');
  } else {
    for (std::size_t changes = 1 + random() % 3; changes > 0 && lines.size() >= 2; --changes)
      changeLines(lines, random);
  }
  retime(lines, random, random() % 2 == 0);
  const std::size_t now = written(lines, data, maxSize);
  return now > 0 ? now : LLVMFuzzerMutate(data, size, maxSize);
}

/// The beginning of one trace, then the rest of another.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t oneSize,
                                                 const std::uint8_t* other, std::size_t otherSize,
                                                 std::uint8_t* out, std::size_t maxSize, unsigned int seed) {
  Random random(seed);
  Lines lines = linesOf({reinterpret_cast<const char*>(one), oneSize});
  const Lines more = linesOf({reinterpret_cast<const char*>(other), otherSize});
  if (lines.empty() || more.size() < 2) return 0;
  lines.resize(1 + below(random, lines.size()));
  lines.insert(lines.end(), more.begin() + 1 + static_cast<std::ptrdiff_t>(below(random, more.size() - 1)),
               more.end());
  retime(lines, random, false);
  return written(lines, out, maxSize);
}

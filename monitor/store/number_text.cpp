#include "monitor/store/number_text.h"

#include <charconv>
#include <stdexcept>

namespace dwell::monitor {
namespace {

/// Calls `take` with each number; a list is "[", numbers with "," between, "]".
template <class Take>
void readNumbers(std::string_view text, Take take) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto fail = [] { throw std::runtime_error("a text in the store is no list of numbers"); };
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') fail();
  if (text.size() == 2) return;
  while (at != end - 1) {
    ++at;  // the bracket or the comma
    std::int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || (*next != ',' && next != end - 1)) fail();
    take(number);
    at = next;
  }
}

}  // namespace

std::string numberText(const std::vector<std::int64_t>& numbers) {
  std::string text = "[";
  for (const std::int64_t number : numbers) text += (text.size() == 1 ? "" : ",") + std::to_string(number);
  return text + "]";
}

std::vector<std::int64_t> numbersFromText(std::string_view text) {
  std::vector<std::int64_t> numbers;
  readNumbers(text, [&](std::int64_t number) { numbers.push_back(number); });
  return numbers;
}

std::optional<std::string> bucketText(const schemas::AgeBuckets& buckets) {
  std::size_t used = buckets.size();
  while (used > 0 && buckets[used - 1] == 0) --used;
  if (used == 0) return std::nullopt;
  return numberText({buckets.begin(), buckets.begin() + static_cast<std::ptrdiff_t>(used)});
}

schemas::AgeBuckets bucketsFromText(std::string_view text) {
  schemas::AgeBuckets buckets{};
  std::size_t used = 0;
  readNumbers(text, [&](std::int64_t number) {
    if (used == buckets.size()) throw std::runtime_error("more than 13 buckets in the store");
    buckets[used++] = number;
  });
  return buckets;
}

}  // namespace dwell::monitor

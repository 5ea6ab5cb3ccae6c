#include "monitor/store/number_text.h"

#include <charconv>
#include <stdexcept>

namespace dwell::monitor {
namespace {

[[noreturn]] void fail() { throw std::runtime_error("a text in the store is no list of numbers"); }

/// Calls `take` with each number of "1,2,3"; "" has none. Most of what reading a year's sums takes is here,
/// and nearly all numbers have up to six digits: std::from_chars, which looks out for overflow, takes thrice
/// as long.
template <class Take>
void readNumbers(std::string_view text, Take take) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    const bool negative = *at == '-';
    if (negative) ++at;
    const char* const first = at;
    std::uint64_t number = 0;
    for (; at != end && *at >= '0' && *at <= '9'; ++at)
      number = number * 10 + static_cast<std::uint64_t>(*at - '0');
    if (at == first || at - first > 18) fail();
    take(negative ? -static_cast<std::int64_t>(number) : static_cast<std::int64_t>(number));
    if (at != end && (*at++ != ',' || at == end)) fail();
  }
}

void append(std::string& text, std::int64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  if (!text.empty() && text != "[") text += ',';
  text.append(digits, end);
}

}  // namespace

std::string numberText(const std::vector<std::int64_t>& numbers) {
  std::string text = "[";
  for (const std::int64_t number : numbers) append(text, number);
  return text + "]";
}

std::vector<std::int64_t> numbersFromText(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') fail();
  std::vector<std::int64_t> numbers;
  readNumbers(text.substr(1, text.size() - 2), [&](std::int64_t number) { numbers.push_back(number); });
  return numbers;
}

std::optional<std::string> bucketText(const schemas::AgeBuckets& buckets) {
  std::size_t used = buckets.size();
  while (used > 0 && buckets[used - 1] == 0) --used;
  if (used == 0) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < used; ++i) append(text, buckets[i]);
  return text;
}

schemas::AgeBuckets bucketsFromText(std::string_view text) {
  schemas::AgeBuckets buckets{};
  addBuckets(text, buckets);
  return buckets;
}

std::int64_t bucketTotal(std::string_view text) {
  std::int64_t total = 0;
  readNumbers(text, [&](std::int64_t number) { total += number; });
  return total;
}

std::int64_t addBuckets(std::string_view text, schemas::AgeBuckets& sums) {
  std::size_t used = 0;
  std::int64_t total = 0;
  readNumbers(text, [&](std::int64_t number) {
    if (used == sums.size()) throw std::runtime_error("more than 13 buckets in the store");
    sums[used++] += number;
    total += number;
  });
  return total;
}

}  // namespace dwell::monitor

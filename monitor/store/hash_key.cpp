#include "monitor/store/hash_key.h"

#include <fstream>
#include <string>
#include <system_error>

#include "base/paths.h"

namespace dwell::monitor {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

std::string keyText(const HashKey& key) {
  std::string text;
  for (const unsigned char byte : key) (text += kDigits[byte >> 4]) += kDigits[byte & 15];
  return text + "\n";
}

Expected<HashKey> readKey(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  HashKey key{};
  bool valid = line.size() == 2 * key.size();
  for (std::size_t i = 0; valid && i < line.size(); ++i) {
    const auto digit = kDigits.find(line[i]);
    valid = digit != std::string_view::npos;
    if (valid) key[i / 2] = static_cast<unsigned char>(key[i / 2] << 4 | digit);
  }
  if (!valid) return failure("holds no key for hashes", file.string(), "64 of the digits 0-9 and a-f");
  return key;
}

}  // namespace

Expected<HashKey> hashKeyFor(const Settings& settings, const std::filesystem::path& file) {
  if (settings.urlDetail != UrlDetail::kKeyedHash && settings.searchWords != SearchWords::kKeyedHash)
    return HashKey{};
  if (std::filesystem::exists(file)) return readKey(file);
  try {
    const HashKey key = newHashKey();
    writePrivateFile(file, keyText(key));
    return key;
  } catch (const std::system_error& error) {
    return failure(error.what(), file.string(), "a folder that can be written");
  }
}

Expected<std::optional<HashKey>> readHashKey(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  auto key = readKey(file);
  if (!key) return tl::unexpected<Error>(key.error());
  return *key;
}

}  // namespace dwell::monitor

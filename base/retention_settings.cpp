#include "base/retention_settings.h"

#include <toml++/toml.h>

#include <fstream>
#include <sstream>
#include <string>

#include "base/settings.h"

namespace dwell {

Expected<RetentionSettings> parseRetention(std::string_view text, std::string_view name) {
  if (const auto all = parseSettings(text, name); !all) return tl::unexpected<Error>(all.error());
  const auto root = toml::parse(text);
  return RetentionSettings{root["retention"]["days"].value_or(std::int64_t{0}),
                           root["retention"]["megabytes"].value_or(std::int64_t{0})};
}

Expected<RetentionSettings> readRetention(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return RetentionSettings{};
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return parseRetention(text.str(), file.string());
}

}  // namespace dwell

#include "tests/bench/made_links.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <random>
#include <utility>

namespace dwell::tests {
namespace {

constexpr std::array<const char*, 12> kWords = {"garden",  "guide",    "reviews", "news",
                                                "support", "products", "hose",    "travel",
                                                "author",  "recipes",  "winter",  "offers"};
constexpr std::int64_t kWindow = 900;  ///< px, the first windowful

class Page {
 public:
  Page(const std::string& site, std::uint64_t seed) : site_(site), random_(seed) {}

  std::int64_t number(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }

  void add(schemas::LinkTable& table, const char* region, std::int64_t x, std::int64_t y, bool inList) {
    const bool own = region != std::string("main") || number(0, 9) < 8;
    std::string url = own ? site_ : "https://www." + word() + std::to_string(number(0, 400)) + ".example";
    for (std::int64_t parts = number(1, 3); parts > 0; --parts) url += "/" + word();
    if (region == std::string("main")) url += "-" + word() + "-" + std::to_string(number(1, 9'999));
    schemas::Features features;
    const auto set = [&](const char* name, std::int64_t value) {
      setFeature(features, schemas::linkFeatureRules(), *schemas::linkFeature(name), value);
    };
    const auto words = number(1, region == std::string("main") ? 9 : 3);
    const auto regions = schemas::regionNames();
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::int64_t>>{
             {"x", x},
             {"y", y},
             {"width", 12 + 9 * words},
             {"height", 19},
             {"above_fold", y < kWindow},
             {"region", std::find(regions.begin(), regions.end(), region) - regions.begin()},
             {"font_px", region == std::string("footer") ? 13 : 16},
             {"font_weight", region == std::string("nav") ? 600 : 400},
             {"underline", region == std::string("main")},
             {"contrast_percent", region == std::string("main") ? 863 : 1'263},
             {"words", words},
             {"in_text", region == std::string("main") && !inList},
             {"same_host", own},
             {"same_site", own},
             {"url_length", static_cast<std::int64_t>(url.size())},
             {"url_hyphens", std::count(url.begin(), url.end(), '-')}}) {
      set(name, value);
    }
    if (inList) set("list_rank", static_cast<std::int64_t>(table.size() % 30) + 1);
    table.push_back({std::move(url), features});
  }

 private:
  std::string word() { return kWords[random_() % kWords.size()]; }

  std::string site_;
  std::mt19937_64 random_;
};

}  // namespace

schemas::LinkTable madeLinks(const std::string& url, std::uint64_t version) {
  const std::string site = url.substr(0, url.find('/', 8));
  schemas::LinkTable table;
  Page frame(site, std::hash<std::string>()(site));
  for (int i = 0; i < 18; ++i) frame.add(table, "nav", 40 + 70 * i, 36, true);
  Page content(site, std::hash<std::string>()(url) * 31 + version);
  const double size = 40 * std::exp(0.8 * (static_cast<double>(content.number(0, 2'000)) / 1'000 - 1) * 1.7);
  std::int64_t y = 140;
  for (int i = 0; i < static_cast<int>(size); ++i) {
    const bool inList = content.number(0, 2) > 0;
    content.add(table, "main", 40 + 20 * content.number(0, inList ? 2 : 30), y += content.number(0, 60),
                inList);
  }
  for (int i = 0; i < 12; ++i) frame.add(table, "footer", 40 + 300 * (i % 4), y + 200 + 24 * (i / 4), true);
  if (table.size() > 300) table.resize(300);
  return table;
}

}  // namespace dwell::tests

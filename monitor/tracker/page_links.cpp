#include "monitor/tracker/page_links.h"

#include <utility>

#include "base/url.h"
#include "monitor/tracker/tracker.h"

namespace dwell::monitor {
namespace {

using schemas::LinkPress;
using schemas::LinkTable;

std::size_t bytesOf(const LinkTable& table) {
  std::size_t bytes = 0;
  for (const schemas::PageLink& link : table) bytes += sizeof link + link.url.size();
  return bytes;
}

/// Whether the table has the URL at `place`.
bool has(const LinkTable& table, std::int64_t place, const std::string& url) {
  if (place < 0 || place >= static_cast<std::int64_t>(table.size())) return false;
  return url::withoutUserInfo(url::withoutFragment(table[static_cast<std::size_t>(place)].url)) == url;
}

/// Of a press whose place was said to be `place`.
const char* resolve(LinkPress& press, std::int64_t place, const LinkTable& table) {
  if (!has(table, place, press.url)) return "link_unknown";
  press.link = place;
  press.url.clear();
  return nullptr;
}

}  // namespace

const char* PageLinks::offered(LiveVisit& visit, const std::shared_ptr<const LinkTable>& table) {
  if (visit.links) return "links_again";
  const std::size_t bytes = bytesOf(*table);
  if (waitingBytes_ + bytes > kMaxLinkBytes) return "links_dropped";
  waitingBytes_ += bytes;
  waiting_.push_back({visit.told.id, table});
  visit.links = table;
  const char* lost = nullptr;
  for (std::size_t i = 0; i < visit.pressed.size(); ++i) {
    if (!visit.pressed[i]) continue;
    if (const char* unknown = resolve(visit.told.presses[i], *visit.pressed[i], *table)) lost = unknown;
  }
  visit.pressed = {};
  return lost;
}

const char* PageLinks::pressed(LiveVisit& visit, const schemas::LinkPressed& press) {
  std::vector<LinkPress>& presses = visit.told.presses;
  if (presses.size() >= schemas::kMaxPresses) return "presses_dropped";
  LinkPress& told = presses.emplace_back();
  told.hoverMs = press.hoverMs;
  if (press.url.size() > schemas::kMaxLinkUrl) return "link_url_too_long";
  told.url = url::withoutUserInfo(url::withoutFragment(press.url));
  if (visit.links) return press.index ? resolve(told, *press.index, *visit.links) : nullptr;
  visit.pressed.resize(presses.size());
  visit.pressed.back() = press.index;
  return nullptr;
}

void PageLinks::take(std::vector<schemas::VisitLinks>& out) {
  out = std::exchange(waiting_, {});
  waitingBytes_ = 0;
}

}  // namespace dwell::monitor

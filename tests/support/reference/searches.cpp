#include "tests/support/reference/searches.h"

#include <algorithm>

#include "tests/support/reference/clicks.h"
#include "tests/support/reference/url.h"

namespace dwell::tests::reference {
namespace {

bool sameRow(const ServedResult& one, const ServedResult& other) {
  return one.rank == other.rank && sameUrl(one.url, other.url);
}

bool holds(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

Search& searchOf(std::vector<Search>& searches, const Serp& serp, int session) {
  for (Search& search : searches) {
    if (search.engine == serp.engine && search.query == serp.query && search.session == session)
      return search;
  }
  searches.push_back({serp.engine, serp.query, session, {}, {}});
  return searches.back();
}

SearchRow& rowOf(Search& search, const ServedResult& result) {
  for (SearchRow& row : search.rows) {
    if (sameRow(row.result, result)) return row;
  }
  search.rows.push_back({result, {}, false, kNone});
  return search.rows.back();
}

/// Per visit: the ranks that its `serp_seen` events named.
std::vector<std::vector<std::int64_t>> ranksSeen(const Trace& trace, const Lives& lives) {
  std::vector<std::vector<std::int64_t>> seen(lives.visits.size());
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    if (trace.events[i].type != EventType::serpSeen || lives.visitOf(i) == kNone) continue;
    for (const nlohmann::json& rank : trace.events[i].fields.at("ranks")) {
      seen[static_cast<std::size_t>(lives.visitOf(i))].push_back(rank);
    }
  }
  return seen;
}

}  // namespace

SearchesOfAll findSearches(const Trace& trace, const Lives& lives, const AccessTypes& access,
                           const AttentionOfAll& attention, const Sessions& sessions,
                           const ReferenceSettings& settings) {
  const SerpPages pages(trace, lives);
  SearchesOfAll all;
  all.clicks = findClicks(lives, access, attention, sessions, pages, settings);
  const std::vector<std::vector<std::int64_t>> seen = ranksSeen(trace, lives);
  for (std::size_t v = 0; v < lives.visits.size(); ++v) {
    const int visit = static_cast<int>(v);
    const Serp* serp = pages.shownBy(visit, lives.visits[v].end);
    all.shownBy.push_back(serp == nullptr ? std::nullopt : std::optional<Serp>(*serp));
    if (serp == nullptr) continue;
    Search& search = searchOf(all.searches, *serp, sessions.of(lives.visits[v]));
    search.serpVisits.push_back(visit);
    for (const ServedResult& result : serp->results) {
      SearchRow& row = rowOf(search, result);
      if (!holds(row.serpVisits, visit)) row.serpVisits.push_back(visit);
    }
  }
  for (Search& search : all.searches) {
    for (SearchRow& row : search.rows) {
      for (const int visit : row.serpVisits) {
        const auto& ranks = seen[static_cast<std::size_t>(visit)];
        if (std::find(ranks.begin(), ranks.end(), row.result.rank) != ranks.end()) row.seen = true;
      }
      for (const Click& click : all.clicks) {  // the lowest visit number first
        const bool here =
            holds(search.serpVisits, click.serpVisit) && click.matched && sameRow(*click.matched, row.result);
        if (here && row.clicked == kNone) row.clicked = click.visit;
      }
    }
  }
  return all;
}

}  // namespace dwell::tests::reference

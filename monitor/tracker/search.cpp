#include "monitor/tracker/search.h"

#include <algorithm>
#include <utility>

#include "base/url.h"
#include "monitor/tracker/tabs.h"

namespace dwell::monitor {
namespace {

SerpMemory& memoryOf(Tab& tab) {
  if (!tab.serps) tab.serps = std::make_shared<SerpMemory>();
  return *tab.serps;
}

void remember(SerpMemory& memory, const std::string& key, std::shared_ptr<const ResultList> results) {
  if (const auto it = memory.byKey.find(key); it != memory.byKey.end()) {
    it->second->results = std::move(results);
    memory.latest.splice(memory.latest.begin(), memory.latest, it->second);
    return;
  }
  memory.latest.push_front({key, std::move(results)});
  memory.byKey[key] = memory.latest.begin();
  if (memory.latest.size() > kSerpsRemembered) {
    memory.byKey.erase(memory.latest.back().key);
    memory.latest.pop_back();
  }
}

/// Rank and URL: what makes a row of a search.
using RowKey = std::pair<std::int64_t, std::string>;

struct RowHash {
  std::size_t operator()(const RowKey& row) const {
    return std::hash<std::string>()(row.second) ^ static_cast<std::size_t>(row.first);
  }
};

}  // namespace

void Searches::visitStarted(LiveVisit& visit) {
  const auto& memory = visit.tab->serps;
  if (!memory) return;
  const auto it = memory->byKey.find(visit.key);
  if (it != memory->byKey.end()) show(visit, it->second->results);
}

void Searches::shown(LiveVisit& visit, const schemas::Serp& serp) {
  auto results = std::make_shared<ResultList>();
  results->engine = serp.engine;
  results->query = serp.query;
  results->rows.reserve(serp.results.size());
  for (const schemas::SerpResult& r : serp.results) {
    results->rows.push_back({r.rank, std::string(url::withoutFragment(r.url)), r.kind, r.features});
  }
  show(visit, std::move(results));
}

void Searches::show(LiveVisit& visit, std::shared_ptr<const ResultList> results) {
  const std::shared_ptr<ShownResults> shown = resultsOf(visit);
  SerpMemory& memory = memoryOf(*visit.tab);
  shown->awaited = memory.awaited;
  remember(memory, visit.key, results);

  const auto oldKey = shown->results ? std::optional<Key>(keyOf(*shown)) : std::nullopt;
  shown->results = std::move(results);
  const Key key = keyOf(*shown);
  visit.told.resultsPage = schemas::ResultsPage{shown->results->engine, shown->results->query,
                                                static_cast<std::int64_t>(shown->results->rows.size())};
  shown->touched = true;
  if (oldKey == key) return;
  if (oldKey) {
    State& old = states_.at(*oldKey);
    old.serps.erase(std::remove(old.serps.begin(), old.serps.end(), shown), old.serps.end());
    old.changed = true;
  }
  State& state = states_[key];
  if (state.id == 0) state.id = next_++;
  const auto at = std::upper_bound(state.serps.begin(), state.serps.end(), shown,
                                   [](const auto& a, const auto& b) { return a->visit < b->visit; });
  state.serps.insert(at, shown);
}

std::size_t Searches::seen(LiveVisit& visit, const std::vector<std::int64_t>& ranks) {
  const std::shared_ptr<ShownResults> shown = resultsOf(visit);
  std::size_t lost = 0;
  for (const std::int64_t rank : ranks) {
    const auto at = std::lower_bound(shown->seen.begin(), shown->seen.end(), rank);
    if (at != shown->seen.end() && *at == rank) continue;
    if (shown->seen.size() < kRanksRemembered) {
      shown->seen.insert(at, rank);
    } else {
      ++lost;
    }
  }
  shown->touched = true;
  return lost;
}

std::shared_ptr<ShownResults> Searches::resultsOf(LiveVisit& visit) {
  if (!visit.results) {
    visit.results = std::make_shared<ShownResults>();
    visit.results->visit = visit.told.id;
    visit.results->key = visit.key;
    visit.results->session = visit.told.session;
  }
  return visit.results;
}

Searches::Key Searches::keyOf(const ShownResults& shown) {
  return {shown.session, shown.results->engine, shown.results->query};
}

schemas::Search Searches::told(const Key& key, const State& state) {
  schemas::Search search;
  search.id = state.id;
  std::tie(search.session, search.engine, search.query) = key;
  std::unordered_map<RowKey, std::size_t, RowHash> rows;
  for (const auto& shown : state.serps) {
    search.serpVisits.push_back(shown->visit);
    for (const ResultList::Row& row : shown->results->rows) {
      const auto [it, isNew] = rows.try_emplace({row.rank, row.key}, search.results.size());
      if (isNew) {
        search.results.push_back(
            {row.rank, url::withoutUserInfo(row.key), row.kind, false, std::nullopt, row.features});
      }
      if (std::binary_search(shown->seen.begin(), shown->seen.end(), row.rank)) {
        search.results[it->second].seen = true;
      }
    }
  }
  for (const auto& shown : state.serps) {
    for (const auto& click : shown->clicks) {
      if (!click->counts || !click->row) continue;
      const ResultList::Row& row = click->results->rows[*click->row];
      const auto it = rows.find({row.rank, row.key});
      if (it == rows.end()) continue;
      auto& clicked = search.results[it->second].clicked;
      clicked = std::min(click->visit, clicked.value_or(click->visit));
    }
  }
  return search;
}

bool Searches::settled(const State& state) {
  return std::all_of(state.serps.begin(), state.serps.end(), [](const auto& shown) {
    return shown.use_count() == 1 && std::none_of(shown->clicks.begin(), shown->clicks.end(),
                                                  [](const auto& click) { return click->open; });
  });
}

bool Searches::readTouched(State& state) {
  bool touched = std::exchange(state.changed, false);
  for (const auto& shown : state.serps) touched = std::exchange(shown->touched, false) || touched;
  return touched;
}

}  // namespace dwell::monitor

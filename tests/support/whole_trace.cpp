#include "tests/support/whole_trace.h"

#include <algorithm>
#include <utility>

#include "schemas/visit_codec.h"

namespace dwell::tests {
namespace {

template <class T>
void keepLatest(std::map<std::int64_t, T>& kept, std::vector<T>& changed) {
  for (T& value : changed) kept.insert_or_assign(value.id, std::move(value));
}

template <class T>
std::vector<T> valuesOf(std::map<std::int64_t, T>& kept) {
  std::vector<T> out;
  out.reserve(kept.size());
  for (auto& [id, value] : kept) out.push_back(std::move(value));
  kept.clear();
  return out;
}

template <class T, class... More>
schemas::Json listOf(const std::vector<T>& values, const More&... more) {
  schemas::Json list = schemas::Json::array();
  for (const T& value : values) list.push_back(schemas::toJson(value, more...));
  return list;
}

}  // namespace

schemas::Json documentOf(const WholeTrace& trace) {
  return {{"visits", listOf(trace.visits, Millis(15'000))},
          {"sessions", listOf(trace.sessions)},
          {"trajectories", listOf(trace.trajectories)},
          {"searches", listOf(trace.searches)}};
}

void Results::add(monitor::TrackerOutput output) {
  keepLatest(visits_, output.ended);
  keepLatest(sessions_, output.sessions);
  keepLatest(trajectories_, output.trajectories);
  keepLatest(searches_, output.searches);
  for (const std::int64_t id : output.withdrawnTrajectories) trajectories_.erase(id);
}

WholeTrace Results::whole() {
  WholeTrace whole{valuesOf(visits_), valuesOf(sessions_), valuesOf(trajectories_), valuesOf(searches_)};

  std::map<std::int64_t, std::int64_t> numbers;
  for (schemas::Trajectory& t : whole.trajectories) {
    const std::int64_t number = static_cast<std::int64_t>(numbers.size()) + 1;
    numbers[t.id] = number;
    t.id = number;
  }
  for (schemas::Visit& visit : whole.visits) {
    if (visit.trajectory) visit.trajectory->id = numbers.at(visit.trajectory->id);
  }

  auto& searches = whole.searches;
  searches.erase(std::remove_if(searches.begin(), searches.end(),
                                [](const schemas::Search& s) { return s.serpVisits.empty(); }),
                 searches.end());
  std::sort(searches.begin(), searches.end(), [](const schemas::Search& a, const schemas::Search& b) {
    return a.serpVisits.front() < b.serpVisits.front();
  });
  std::int64_t number = 0;
  for (schemas::Search& search : searches) search.id = ++number;
  return whole;
}

}  // namespace dwell::tests

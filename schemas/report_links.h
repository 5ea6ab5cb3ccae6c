#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "schemas/report_tables.h"

/// Reading what the pages of a report's visits offered. Inside the codec only.
namespace dwell::schemas::report_tables {

/// How many links each table has; together at most kMaxRows.
inline std::vector<std::size_t> readSizes(Members& members) {
  std::vector<std::size_t> sizes;
  const auto array = members.getArray("size");
  if (!array) return sizes;
  std::size_t sum = 0;
  for (const Element element : *array) {
    const Range range{0, static_cast<std::int64_t>(kMaxRows - sum)};
    std::int64_t size = 0;
    if (sizes.size() == kMaxRows || !report_values::readInteger(element, range, size)) {
      members.faults().add("no size, or too many links in all",
                           members.pointer("size") + "/" + std::to_string(sizes.size()),
                           report_values::expectedInteger(range));
      return {};
    }
    sizes.push_back(static_cast<std::size_t>(size));
    sum += sizes.back();
  }
  return sizes;
}

/// Which table each row has: 0 is the next one, else counted back from it. Every table must be named.
inline std::vector<std::size_t> readPlaces(Members& members, std::size_t rows, std::size_t tables) {
  std::vector<std::size_t> places;
  const auto array = members.getArray("table");
  if (!array) return places;
  std::int64_t next = 0;
  for (const Element element : *array) {
    std::int64_t back = 0;
    const bool read = report_values::readInteger(element, Range{0, next}, back);
    if (read && back == 0) ++next;
    if (!read || next > static_cast<std::int64_t>(tables)) {
      members.faults().add("no table", members.pointer("table") + "/" + std::to_string(places.size()),
                           "a place in size, counted back from the next new one");
      return {};
    }
    places.push_back(static_cast<std::size_t>(back == 0 ? next - 1 : next - back));
  }
  if (places.size() != rows || next != static_cast<std::int64_t>(tables)) {
    members.faults().add(
        "has " + std::to_string(places.size()) + " entries and names " + std::to_string(next) + " tables",
        members.pointer("table"),
        std::to_string(rows) + " as in row, and each of " + std::to_string(tables) + " tables");
  }
  return places;
}

/// A press must name a link of its own visit's table. `rows` and `sizes`: which visits have one, of how many.
inline void checkPresses(Members& members, const std::vector<Visit>& visits,
                         const std::vector<std::size_t>& rows, const std::vector<std::size_t>& sizes) {
  std::size_t nth = 0, next = 0;
  for (std::size_t row = 0; row < visits.size(); ++row) {
    const bool has = next < rows.size() && rows[next] == row;
    const auto size = static_cast<std::int64_t>(has ? sizes[next++] : 0);
    for (const LinkPress& press : visits[row].presses) {
      if (press.link && *press.link >= size) {
        members.faults().add("no link of the visit's table", "/visits/presses/link/" + std::to_string(nth),
                             "null or a place below " + std::to_string(size));
        return;
      }
      ++nth;
    }
  }
}

/// `members`: those of the report's "links".
inline void readLinks(Members& members, Reading& reading, const std::vector<Visit>& visits,
                      std::vector<VisitLinks>& links) {
  const auto rows = rowIndexes(members, visits.size(), /*mayRepeat=*/0, reading);
  const auto sizes = readSizes(members);
  const auto places = readPlaces(members, rows.size(), sizes.size());
  std::vector<std::shared_ptr<LinkTable>> tables;
  std::vector<PageLink*> all;
  for (const std::size_t size : sizes) {
    tables.push_back(std::make_shared<LinkTable>(size));
    for (PageLink& link : *tables.back()) all.push_back(&link);
  }
  TableReader<PageLink> table(members, all, reading);
  report_fields::kLinkFields(table);
  members.finish();
  if (members.faults().any()) return;
  std::vector<std::size_t> offered;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    links.push_back({visits[rows[i]].id, tables[places[i]]});
    offered.push_back(sizes[places[i]]);
  }
  checkPresses(members, visits, rows, offered);
}

}  // namespace dwell::schemas::report_tables

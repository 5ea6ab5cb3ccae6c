#pragma once

#include <cstdint>
#include <random>

#include "schemas/report.h"

/// Reports for tests of the codec, the uploader and the collector.
namespace dwell::test {

/// Every field is filled at random within report.schema.json; about `rows` entries a table, possibly none.
schemas::Report randomReport(std::mt19937_64& random, int rows);

/// One visit of one minute to https://example.org/, reported by `client` as its `sequence`-th.
schemas::Report oneVisitReport(std::int64_t sequence, const std::string& client,
                               const std::string& experiment);

/// A random UUID.
std::string randomUuid(std::mt19937_64& random);

}  // namespace dwell::test

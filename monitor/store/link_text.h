#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "schemas/event.h"
#include "schemas/features.h"

/// Links and features as the store keeps them (schemas/client/0006_links.sql).
namespace dwell::monitor {

/// A table of links as a few bytes a link: gzip of JSON in columns. The same table gives the same bytes.
std::string packedLinks(const schemas::LinkTable& table);
/// Errors: bytes that no store wrote.
Expected<schemas::LinkTable> unpackedLinks(std::string_view content);

/// The numbers of a JSON array without its brackets, null where unknown, up to the last that is known; none
/// if none is.
std::optional<std::string> featureText(const schemas::Features& features, schemas::FeatureRules rules);
/// What is not within its rule is left out.
schemas::Features featuresFromText(std::string_view text, schemas::FeatureRules rules);

/// Adds the SQL function link_rows(content) that the view link_v1 needs: an array per link, of its URL or
/// null and its features in their persisted order; NULL for a content that no store wrote.
void addLinkRows(SQLite::Database& database);

}  // namespace dwell::monitor

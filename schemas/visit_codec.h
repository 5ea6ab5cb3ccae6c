#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "schemas/visit.h"

/// Visits, sessions, trajectories and searches as JSON: the fields of design section 12, in its order.
/// Replay, `dwellctl … --json` and export write it. A field without a value is null; times are integer
/// milliseconds UTC.
namespace dwell::schemas {

using Json = nlohmann::ordered_json;

/// `activeThreshold`: the idle threshold that `active_ms` is counted at. Texts have no line ends. Texts of
/// UTF-8 are assumed: what is not throws where it is parsed.
std::string toJsonText(const Visit& visit, Millis activeThreshold);
std::string toJsonText(const Session& session);
std::string toJsonText(const Trajectory& trajectory);
std::string toJsonText(const Search& search);

/// The same as documents.
Json toJson(const Visit& visit, Millis activeThreshold);
Json toJson(const Session& session);
Json toJson(const Trajectory& trajectory);
Json toJson(const Search& search);

/// Features by their names, as events have them; what is unknown is left out, as a flag that is false is.
Json toJson(const Features& features, FeatureRules rules);
/// {"url":…,"features":{…}}; the URL is null where it is not kept.
Json toJson(const PageLink& link);
/// {"link":…,"url":…,"hover_ms":…}
Json toJson(const LinkPress& press);

/// Back from JSON. `where` is put before the pointer of a fault: "line 3, /input/keys: …". Fields that are
/// not known are ignored; every known one must be there. `active_ms` is derived and not read.
/// Errors: what is not of the type or range that the field has.
Expected<Visit> visitFromJson(const Json& json, const std::string& where);
Expected<Session> sessionFromJson(const Json& json, const std::string& where);
Expected<Trajectory> trajectoryFromJson(const Json& json, const std::string& where);
Expected<Search> searchFromJson(const Json& json, const std::string& where);

}  // namespace dwell::schemas

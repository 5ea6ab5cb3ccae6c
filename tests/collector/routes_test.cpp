#include "collector/routes.h"

#include <fstream>

#include "tests/collector/collector_room.h"

using namespace dwell;
using namespace dwell::collector;
using test::CollectorRoom;

namespace {

int statusOf(CollectorRoom& room, const std::string& method, const std::string& path) {
  const auto admission = room.routes().admit({method, path, "", {}});
  const auto* response = std::get_if<Response>(&admission);
  return response ? response->status : 0;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(c));
  return text;
}

}  // namespace

TEST_CASE("an address or method that does not exist says so, and what would be right") {
  CollectorRoom room;
  CHECK(statusOf(room, "GET", "/") == 404);
  CHECK(statusOf(room, "GET", "/v1/reports/") == 404);
  const auto wrongMethod = room.send({"GET", "/v1/reports", "", {}}, "");
  CHECK(wrongMethod.status == 405);
  CHECK(test::headerOf(wrongMethod, "Allow") == "POST");
}

TEST_CASE("the OpenAPI description names the addresses and methods that there are") {
  std::ifstream file(DWELL_SOURCE_DIR "/schemas/collector.openapi.json");
  const auto document = nlohmann::json::parse(file);
  CollectorRoom room;
  for (const auto& [path, methods] : document.at("paths").items()) {
    for (const std::string method : {"get", "post", "put", "delete"}) {
      const int status = statusOf(room, upper(method), path);
      INFO(method << " " << path << ": " << status);
      CHECK(methods.contains(method) == (status != 404 && status != 405));
    }
  }
}

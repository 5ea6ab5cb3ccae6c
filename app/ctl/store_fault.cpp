#include "app/ctl/store_fault.h"

#include <sqlite3.h>

namespace dwell::app {
namespace {

const char* nextStep(int code) {
  switch (code) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return "a start of dwell-agent: it sets a damaged store aside and saves what can be read of it";
    case SQLITE_FULL:
      return "space on its disk";
    case SQLITE_BUSY:
      return "another try: a program is writing it";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return "a folder and a disk that can be written";
    default:
      return "";
  }
}

}  // namespace

Error storeFault(const std::filesystem::path& store, const SQLite::Exception& error) {
  return {error.what(), store.string(), nextStep(error.getErrorCode())};
}

}  // namespace dwell::app

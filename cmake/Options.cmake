# How everything of ours is compiled: `dwell_options` carries language, warnings and sanitizers to every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# Asserts stay on in release: a wrong number is worse than a stop, and they cost nothing that was measured.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  # base_dir and hash_dir: without them two clones of the tree share nothing.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  CCACHE_SLOPPINESS=time_macros ${CCACHE})
endif()

add_library(dwell_options INTERFACE)
target_include_directories(dwell_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(dwell_options INTERFACE DWELL_VERSION="${PROJECT_VERSION}")
target_compile_options(dwell_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns falsely inside the standard library's strings and variants once it inlines them.
  target_compile_options(dwell_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
  if(DWELL_SANITIZE STREQUAL "thread")
    target_compile_options(dwell_options INTERFACE -Wno-tsan)  # Asio's fences, which the sanitizer does not see
  endif()
endif()
if(DWELL_SANITIZE)
  target_compile_options(dwell_options INTERFACE -fsanitize=${DWELL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(dwell_options INTERFACE -fsanitize=${DWELL_SANITIZE})
endif()
if(DWELL_FUZZ)
  target_compile_options(dwell_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

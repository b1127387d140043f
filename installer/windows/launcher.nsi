; chuangkou.exe of the top folder: starts the interpreter of the version that is installed.
; Defines: VERSION, FOUR, FOLDER, OUT, ICON.

Target amd64-unicode
SetCompressor lzma
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS all
SilentInstall silent
AutoCloseWindow true
Name "Chuangkou"
OutFile "${OUT}"
Icon "${ICON}"
BrandingText "Chuangkou ${VERSION}"

!include LogicLib.nsh
!include FileFunc.nsh

LoadLanguageFile "${NSISDIR}\Contrib\Language files\SimpChinese.nlf"
LoadLanguageFile "${NSISDIR}\Contrib\Language files\English.nlf"
LangString MISSING ${LANG_SIMPCHINESE} "此安装包不完整，缺少 Python 运行环境，窗口通无法启动。请向信息科索取完整的安装包。"
LangString MISSING ${LANG_ENGLISH} "This installation is incomplete: it lacks its Python, so Chuangkou cannot start. Ask your IT department for the whole installer."

VIProductVersion "${FOUR}"
VIAddVersionKey /LANG=0 "ProductName" "Chuangkou 窗口通"
VIAddVersionKey /LANG=0 "FileDescription" "Chuangkou 窗口通"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "Chuangkou"

Section
  SetOutPath "$EXEDIR"
  ${GetParameters} $R0
  StrCpy $R1 "$EXEDIR\${FOLDER}\python\pythonw.exe"
  ${IfNot} ${FileExists} "$R1"
    SetSilent normal
    MessageBox MB_OK|MB_ICONSTOP "$(MISSING)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  ; -X utf8: libraries read texts as we wrote them, whatever this Windows' code page is.
  Exec '"$R1" -X utf8 -m ui $R0'
SectionEnd

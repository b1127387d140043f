; In pythonw.exe's place: says how it was started, and stays for a while where it is told to.
Target amd64-unicode
SilentInstall silent
RequestExecutionLevel user
OutFile "${OUT}"
!include FileFunc.nsh
!include LogicLib.nsh
Section
  ${GetParameters} $R0
  FileOpen $0 "C:\started.txt" w
  FileWriteUTF16LE $0 "$R0"
  FileClose $0
  ${If} $R0 == "stay"
    Sleep 60000
  ${EndIf}
SectionEnd
